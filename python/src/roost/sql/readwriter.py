# SPDX-License-Identifier: Apache-2.0
"""Reading and writing files and tables."""

from __future__ import annotations

from roost._core import pb
from roost.errors.base import AnalysisException, PySparkTypeError, PySparkValueError
from roost.sql.column import _wrong
from roost.sql.frame.relational import to_column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Union

    from roost.sql.column import Column
    from roost.sql.dataframe import DataFrame
    from roost.sql.session import SparkSession
    from roost.sql.types import StructType

    Flag = Optional[Union[bool, str]]
    Number = Optional[Union[int, str]]
    Paths = Union[str, List[str]]

__all__ = ["DataFrameReader", "DataFrameWriter", "DataFrameWriterV2"]

_READ = 2
_WRITE, _WRITE_V2 = 2, 4
_MODES = {"append": 1, "overwrite": 2, "error": 3, "errorifexists": 3, "ignore": 4, "default": 3}
_SAVE_AS_TABLE, _INSERT_INTO = 1, 2
_RECORD_END = "\x1e"  # between lines of CSV that may hold line ends
_CREATE, _OVERWRITE, _OVERWRITE_PARTITIONS, _APPEND, _REPLACE, _CREATE_OR_REPLACE = 1, 2, 3, 4, 5, 6


def _option_text(value: Any) -> Optional[str]:
    """An option's value as text; None stays None."""
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


class _Options:
    """What readers and writers share: options that are kept as text."""

    _options: Dict[str, Optional[str]]

    def _given(self, **options: Any) -> None:
        """Sets the options that are not None."""
        for key, value in options.items():
            if value is not None:
                self._options[key] = _option_text(value)


def _path_option(owner: Any, session: SparkSession, path: Any, condition: str) -> Any:
    """The path that is given, or what the option of that name says; both are an error."""
    said = next((value for key, value in owner._options.items() if key.lower() == "path"), None)
    if said is None or not path:
        return path or said
    setting = "spark.sql.legacy.pathOptionBehavior.enabled"
    if session.conf.get(setting) == "true":
        return path
    raise AnalysisException(errorClass=condition, messageParameters={"config": setting})


class DataFrameReader(_Options):
    """Reads files and tables, reached as ``spark.read``.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.mkdtemp() + "/numbers"
    >>> spark.range(2).write.json(folder)
    >>> spark.read.schema("id long").json(folder).orderBy("id").collect()
    [Row(id=0), Row(id=1)]
    """

    def __init__(self, session: SparkSession) -> None:
        self._session = session
        self._format: Optional[str] = None
        self._schema: Optional[str] = None
        self._options = {}

    def format(self, source: str) -> DataFrameReader:
        """Which format the files have: ``csv``, ``json``, ``parquet``, ``text`` ..."""
        self._format = source
        return self

    def schema(self, schema: Union[StructType, str]) -> DataFrameReader:
        """The columns, instead of having them looked up in the files."""
        from roost.sql.types import StructType

        if isinstance(schema, StructType):
            self._schema = schema.json()
        elif isinstance(schema, str):
            self._session._parse_ddl(schema)
            self._schema = schema
        else:
            raise _wrong("NOT_STR_OR_STRUCT", "schema", schema)
        return self

    def option(self, key: str, value: Any) -> DataFrameReader:
        """An option of the format."""
        self._options[key] = _option_text(value)
        return self

    def options(self, **options: Any) -> DataFrameReader:
        """Options of the format."""
        for key, value in options.items():
            self.option(key, value)
        return self

    def load(
        self,
        path: Optional[Paths] = None,
        format: Optional[str] = None,
        schema: Optional[Union[StructType, str]] = None,
        **options: Any,
    ) -> DataFrame:
        """The rows of files.

        Parameters
        ----------
        path : str or list of str, optional
            files, folders, or patterns with ``*``
        format : str, optional
        schema : StructType or str, optional
        options
            of the format
        """
        if format is not None:
            self.format(format)
        if schema is not None:
            self.schema(schema)
        self.options(**options)
        given = _path_option(self, self._session, path, "_LEGACY_ERROR_TEMP_1306")
        paths = [given] if isinstance(given, str) else list(given or ())
        return self._read(paths, [])

    def _read(self, paths: List[str], predicates: List[str]) -> DataFrame:
        given = {key: value for key, value in self._options.items() if value is not None}
        own = self._session._data_sources.get((self._format or "").lower())
        if own is not None:
            from roost.sql.datasource import read

            given = {**given, "path": paths[0]} if paths else given
            return read(self._session, own, given, self._given_schema())
        source = pb(1, self._format, 2, self._schema, 3, given, 4, paths, 5, predicates)
        return self._session._relation(_READ, pb(2, source))

    def _given_schema(self) -> Optional[StructType]:
        from roost.sql.types import _parse_datatype_json_string

        if self._schema is None or not self._schema.lstrip().startswith("{"):
            return self._schema and self._session._parse_ddl(self._schema)
        return _parse_datatype_json_string(self._schema)

    def table(self, tableName: str) -> DataFrame:
        """The rows of a table or view."""
        given = {key: value for key, value in self._options.items() if value is not None}
        return self._session._relation(_READ, pb(1, pb(1, tableName, 2, given)))

    def json(
        self,
        path: Any,
        schema: Optional[Union[StructType, str]] = None,
        primitivesAsString: Flag = None,
        prefersDecimal: Flag = None,
        allowComments: Flag = None,
        allowUnquotedFieldNames: Flag = None,
        allowSingleQuotes: Flag = None,
        allowNumericLeadingZero: Flag = None,
        allowBackslashEscapingAnyCharacter: Flag = None,
        mode: Optional[str] = None,
        columnNameOfCorruptRecord: Optional[str] = None,
        dateFormat: Optional[str] = None,
        timestampFormat: Optional[str] = None,
        multiLine: Flag = None,
        allowUnquotedControlChars: Flag = None,
        lineSep: Optional[str] = None,
        samplingRatio: Optional[Union[float, str]] = None,
        dropFieldIfAllNull: Flag = None,
        encoding: Optional[str] = None,
        locale: Optional[str] = None,
        pathGlobFilter: Flag = None,
        recursiveFileLookup: Flag = None,
        modifiedBefore: Flag = None,
        modifiedAfter: Flag = None,
        allowNonNumericNumbers: Flag = None,
        useUnsafeRow: Flag = None,
    ) -> DataFrame:
        """The rows of JSON files, an object on each line (or one per file with `multiLine`)."""
        self._given(
            primitivesAsString=primitivesAsString,
            prefersDecimal=prefersDecimal,
            allowComments=allowComments,
            allowUnquotedFieldNames=allowUnquotedFieldNames,
            allowSingleQuotes=allowSingleQuotes,
            allowNumericLeadingZero=allowNumericLeadingZero,
            allowBackslashEscapingAnyCharacter=allowBackslashEscapingAnyCharacter,
            mode=mode,
            columnNameOfCorruptRecord=columnNameOfCorruptRecord,
            dateFormat=dateFormat,
            timestampFormat=timestampFormat,
            multiLine=multiLine,
            allowUnquotedControlChars=allowUnquotedControlChars,
            lineSep=lineSep,
            samplingRatio=samplingRatio,
            dropFieldIfAllNull=dropFieldIfAllNull,
            encoding=encoding,
            locale=locale,
            pathGlobFilter=pathGlobFilter,
            recursiveFileLookup=recursiveFileLookup,
            modifiedBefore=modifiedBefore,
            modifiedAfter=modifiedAfter,
            allowNonNumericNumbers=allowNonNumericNumbers,
            useUnsafeRow=useUnsafeRow,
        )
        return self._lines_or_files("json", path, schema)

    def csv(
        self,
        path: Any,
        schema: Optional[Union[StructType, str]] = None,
        sep: Optional[str] = None,
        encoding: Optional[str] = None,
        quote: Optional[str] = None,
        escape: Optional[str] = None,
        comment: Optional[str] = None,
        header: Flag = None,
        inferSchema: Flag = None,
        ignoreLeadingWhiteSpace: Flag = None,
        ignoreTrailingWhiteSpace: Flag = None,
        nullValue: Optional[str] = None,
        nanValue: Optional[str] = None,
        positiveInf: Optional[str] = None,
        negativeInf: Optional[str] = None,
        dateFormat: Optional[str] = None,
        timestampFormat: Optional[str] = None,
        maxColumns: Number = None,
        maxCharsPerColumn: Number = None,
        maxMalformedLogPerPartition: Number = None,
        mode: Optional[str] = None,
        columnNameOfCorruptRecord: Optional[str] = None,
        multiLine: Flag = None,
        charToEscapeQuoteEscaping: Optional[str] = None,
        samplingRatio: Optional[Union[float, str]] = None,
        enforceSchema: Flag = None,
        emptyValue: Optional[str] = None,
        locale: Optional[str] = None,
        lineSep: Optional[str] = None,
        pathGlobFilter: Flag = None,
        recursiveFileLookup: Flag = None,
        modifiedBefore: Flag = None,
        modifiedAfter: Flag = None,
        unescapedQuoteHandling: Optional[str] = None,
    ) -> DataFrame:
        """The rows of CSV files."""
        self._given(
            sep=sep,
            encoding=encoding,
            quote=quote,
            escape=escape,
            comment=comment,
            header=header,
            inferSchema=inferSchema,
            ignoreLeadingWhiteSpace=ignoreLeadingWhiteSpace,
            ignoreTrailingWhiteSpace=ignoreTrailingWhiteSpace,
            nullValue=nullValue,
            nanValue=nanValue,
            positiveInf=positiveInf,
            negativeInf=negativeInf,
            dateFormat=dateFormat,
            timestampFormat=timestampFormat,
            maxColumns=maxColumns,
            maxCharsPerColumn=maxCharsPerColumn,
            maxMalformedLogPerPartition=maxMalformedLogPerPartition,
            mode=mode,
            columnNameOfCorruptRecord=columnNameOfCorruptRecord,
            multiLine=multiLine,
            charToEscapeQuoteEscaping=charToEscapeQuoteEscaping,
            samplingRatio=samplingRatio,
            enforceSchema=enforceSchema,
            emptyValue=emptyValue,
            locale=locale,
            lineSep=lineSep,
            pathGlobFilter=pathGlobFilter,
            recursiveFileLookup=recursiveFileLookup,
            modifiedBefore=modifiedBefore,
            modifiedAfter=modifiedAfter,
            unescapedQuoteHandling=unescapedQuoteHandling,
        )
        return self._lines_or_files("csv", path, schema)

    def _lines_or_files(self, kind: str, path: Any, schema: Any) -> DataFrame:
        """Files by their paths, or the lines of a DataFrame with one column of text."""
        from roost.sql.frame.base import Operations

        if schema is not None:
            self.schema(schema)
        if type(path).__name__ == "RDD":
            path = path.map(lambda line: (line.decode() if isinstance(line, bytes) else line,)).toDF("value string")
        if isinstance(path, Operations):
            return self._parse(path, kind)
        if not isinstance(path, (str, list, tuple)):
            raise _wrong("NOT_STR_OR_LIST_OF_RDD", "path", path)
        return self.load(path, format=kind)

    def _parse(self, lines: Any, kind: str) -> DataFrame:
        """Text of this process through a format's reader: by way of a file, which is read at once."""
        import os
        import tempfile

        from roost.sql.types import StringType

        if [field.dataType for field in lines.schema.fields] != [StringType()]:
            raise PySparkTypeError(
                errorClass="NOT_SAME_TYPE" if len(lines.columns) == 1 else "CANNOT_PARSE_DATATYPE",
                messageParameters={"arg_name1": "path", "arg_name2": "a column of strings", "msg": str(lines.schema)},
            )
        texts = [row[0] for row in lines.collect() if row[0] is not None]
        with tempfile.TemporaryDirectory() as folder:
            name = os.path.join(folder, "lines")
            with open(name, "w", encoding="utf-8", newline="") as file:
                if kind == "json":  # a line end in JSON is between its values
                    file.writelines(" ".join(text.splitlines()) + "\n" for text in texts)
                else:
                    self._options.setdefault("lineSep", _RECORD_END)
                    file.writelines(text + _RECORD_END for text in texts)
            return self._session._fetched(self.load(name, format=kind))

    def parquet(self, *paths: str, **options: Any) -> DataFrame:
        """The rows of Parquet files.

        Parameters
        ----------
        paths : str
        options
            ``mergeSchema``, ``pathGlobFilter``, ``recursiveFileLookup`` ...
        """
        self._given(**options)
        return self.load(list(paths), format="parquet")

    def orc(
        self,
        path: Paths,
        mergeSchema: Optional[bool] = None,
        pathGlobFilter: Flag = None,
        recursiveFileLookup: Flag = None,
        modifiedBefore: Flag = None,
        modifiedAfter: Flag = None,
    ) -> DataFrame:
        """The rows of ORC files."""
        self._given(
            mergeSchema=mergeSchema,
            pathGlobFilter=pathGlobFilter,
            recursiveFileLookup=recursiveFileLookup,
            modifiedBefore=modifiedBefore,
            modifiedAfter=modifiedAfter,
        )
        return self.load(path, format="orc")

    def text(
        self,
        paths: Paths,
        wholetext: bool = False,
        lineSep: Optional[str] = None,
        pathGlobFilter: Flag = None,
        recursiveFileLookup: Flag = None,
        modifiedBefore: Flag = None,
        modifiedAfter: Flag = None,
    ) -> DataFrame:
        """A row for each line of text files (or for each file), in a column ``value``."""
        self._given(
            wholetext=wholetext,
            lineSep=lineSep,
            pathGlobFilter=pathGlobFilter,
            recursiveFileLookup=recursiveFileLookup,
            modifiedBefore=modifiedBefore,
            modifiedAfter=modifiedAfter,
        )
        return self.load(paths, format="text")

    def xml(
        self,
        path: Paths,
        rowTag: Optional[str] = None,
        schema: Optional[Union[StructType, str]] = None,
        excludeAttribute: Flag = None,
        attributePrefix: Optional[str] = None,
        valueTag: Optional[str] = None,
        ignoreSurroundingSpaces: Flag = None,
        rowValidationXSDPath: Optional[str] = None,
        ignoreNamespace: Flag = None,
        wildcardColName: Optional[str] = None,
        encoding: Optional[str] = None,
        inferSchema: Flag = None,
        nullValue: Optional[str] = None,
        dateFormat: Optional[str] = None,
        timestampFormat: Optional[str] = None,
        mode: Optional[str] = None,
        columnNameOfCorruptRecord: Optional[str] = None,
        multiLine: Flag = None,
        samplingRatio: Optional[Union[float, str]] = None,
        locale: Optional[str] = None,
    ) -> DataFrame:
        """A row for each element of a name in XML files."""
        self._given(
            rowTag=rowTag,
            excludeAttribute=excludeAttribute,
            attributePrefix=attributePrefix,
            valueTag=valueTag,
            ignoreSurroundingSpaces=ignoreSurroundingSpaces,
            rowValidationXSDPath=rowValidationXSDPath,
            ignoreNamespace=ignoreNamespace,
            wildcardColName=wildcardColName,
            encoding=encoding,
            inferSchema=inferSchema,
            nullValue=nullValue,
            dateFormat=dateFormat,
            timestampFormat=timestampFormat,
            mode=mode,
            columnNameOfCorruptRecord=columnNameOfCorruptRecord,
            multiLine=multiLine,
            samplingRatio=samplingRatio,
            locale=locale,
        )
        return self.load(path, format="xml", schema=schema)

    def jdbc(
        self,
        url: str,
        table: str,
        column: Optional[str] = None,
        lowerBound: Optional[Union[int, str]] = None,
        upperBound: Optional[Union[int, str]] = None,
        numPartitions: Optional[int] = None,
        predicates: Optional[List[str]] = None,
        properties: Optional[Dict[str, str]] = None,
    ) -> DataFrame:
        """The rows of a table in another database."""
        self.format("jdbc").options(**(properties or {})).options(url=url, dbtable=table)
        if column is not None:
            for name, value in (
                ("lowerBound", lowerBound),
                ("upperBound", upperBound),
                ("numPartitions", numPartitions),
            ):
                assert value is not None, f"{name} can not be None when ``column`` is specified"
            self.options(
                partitionColumn=column, lowerBound=lowerBound, upperBound=upperBound, numPartitions=numPartitions
            )
        return self._read([], list(predicates or ()))


class DataFrameWriter(_Options):
    """Writes rows to files and tables, reached as ``df.write``."""

    def __init__(self, df: DataFrame) -> None:
        self._df = df
        self._format: Optional[str] = None
        self._mode: Optional[str] = None
        self._options = {}
        self._partitions: List[str] = []
        self._clusters: List[str] = []
        self._sort: List[str] = []
        self._buckets: Optional[bytes] = None

    @property
    def _spark(self) -> SparkSession:
        return self._df.sparkSession

    def mode(self, saveMode: Optional[str]) -> DataFrameWriter:
        """What happens if there is something already: ``error`` (default), ``overwrite``, ``append``, ``ignore``."""
        if saveMode:
            self._mode = saveMode
        return self

    def format(self, source: str) -> DataFrameWriter:
        """Which format to write: ``csv``, ``json``, ``parquet``, ``text`` ..."""
        self._format = source
        return self

    def option(self, key: str, value: Any) -> DataFrameWriter:
        """An option of the format."""
        self._options[key] = _option_text(value)
        return self

    def options(self, **options: Any) -> DataFrameWriter:
        """Options of the format."""
        for key, value in options.items():
            self.option(key, value)
        return self

    def partitionBy(self, *cols: Any) -> DataFrameWriter:
        """A folder for each value of these columns."""
        self._partitions = _name_list(cols)
        return self

    def clusterBy(self, *cols: Any) -> DataFrameWriter:
        """Rows with near values in these columns near each other."""
        names = _name_list(cols)
        assert names, "clusterBy needs one or more clustering columns."
        self._clusters = names
        return self

    def bucketBy(self, numBuckets: int, col: Any, *cols: Optional[str]) -> DataFrameWriter:
        """So many files by a hash of these columns."""
        if not isinstance(numBuckets, int):
            raise _wrong("NOT_INT", "numBuckets", numBuckets)
        self._buckets = pb(1, _first_and_rest(col, cols), 2, numBuckets)
        return self

    def sortBy(self, col: Any, *cols: Optional[str]) -> DataFrameWriter:
        """Rows in each bucket in the order of these columns."""
        self._sort = _first_and_rest(col, cols)
        return self

    def _write(self, field: int, target: Any) -> None:
        mode = None
        if self._mode is not None:
            mode = _MODES.get(self._mode.lower())
            if mode is None:
                error = AnalysisException(
                    errorClass="INVALID_SAVE_MODE", messageParameters={"mode": f'"{self._mode}"'}
                )
                error._sql_state = "42000"
                raise error
        given = {key: value for key, value in self._options.items() if value is not None}
        body = pb(
            1, self._df._input, 2, self._format, field, target, 5, mode, 6, self._sort, 7, self._partitions,
            8, self._buckets, 9, given, 10, self._clusters,
        )  # fmt: skip
        self._df._command(_WRITE, body)

    def _prepare(self, format: Any, mode: Any, partitionBy: Any, options: Dict[str, Any]) -> None:
        self.mode(mode).options(**options)
        if partitionBy is not None:
            self.partitionBy(partitionBy)
        if format is not None:
            self.format(format)

    def save(
        self,
        path: Optional[str] = None,
        format: Optional[str] = None,
        mode: Optional[str] = None,
        partitionBy: Optional[Union[str, List[str]]] = None,
        **options: Any,
    ) -> None:
        """Write a folder of files."""
        self._prepare(format, mode, partitionBy, options)
        own = self._df._session._data_sources.get((self._format or "").lower())
        if own is not None:
            from roost.sql.datasource import write

            given = {key: value for key, value in self._options.items() if value is not None}
            write(self._df, own, {**given, "path": path} if path else given, self._mode)
            return
        if self._buckets is not None:
            raise AnalysisException(
                errorClass="_LEGACY_ERROR_TEMP_1312", messageParameters={"operation": "save"}
            )
        self._write(3, _path_option(self, self._df._session, path, "_LEGACY_ERROR_TEMP_1307"))

    def saveAsTable(
        self,
        name: str,
        format: Optional[str] = None,
        mode: Optional[str] = None,
        partitionBy: Optional[Union[str, List[str]]] = None,
        **options: Any,
    ) -> None:
        """Write a table; columns are matched by name when it is appended to."""
        self._prepare(format, mode, partitionBy, options)
        self._write(4, pb(1, name, 2, _SAVE_AS_TABLE))

    def insertInto(self, tableName: str, overwrite: Optional[bool] = None) -> None:
        """Add rows to a table, columns matched by position; or replace its rows."""
        if overwrite is not None:
            self.mode("overwrite" if overwrite else "append")
        self._write(4, pb(1, tableName, 2, _INSERT_INTO))

    def json(
        self,
        path: str,
        mode: Optional[str] = None,
        compression: Optional[str] = None,
        dateFormat: Optional[str] = None,
        timestampFormat: Optional[str] = None,
        lineSep: Optional[str] = None,
        encoding: Optional[str] = None,
        ignoreNullFields: Flag = None,
    ) -> None:
        """Write JSON files, an object on each line."""
        self._given(
            compression=compression,
            dateFormat=dateFormat,
            timestampFormat=timestampFormat,
            lineSep=lineSep,
            encoding=encoding,
            ignoreNullFields=ignoreNullFields,
        )
        self.save(path, "json", mode)

    def parquet(
        self,
        path: str,
        mode: Optional[str] = None,
        partitionBy: Optional[Union[str, List[str]]] = None,
        compression: Optional[str] = None,
    ) -> None:
        """Write Parquet files."""
        self._given(compression=compression)
        self.save(path, "parquet", mode, partitionBy)

    def orc(
        self,
        path: str,
        mode: Optional[str] = None,
        partitionBy: Optional[Union[str, List[str]]] = None,
        compression: Optional[str] = None,
    ) -> None:
        """Write ORC files."""
        self._given(compression=compression)
        self.save(path, "orc", mode, partitionBy)

    def text(self, path: str, compression: Optional[str] = None, lineSep: Optional[str] = None) -> None:
        """Write text files of a single column of text, a line for each row."""
        self._given(compression=compression, lineSep=lineSep)
        self.save(path, "text")

    def csv(
        self,
        path: str,
        mode: Optional[str] = None,
        compression: Optional[str] = None,
        sep: Optional[str] = None,
        quote: Optional[str] = None,
        escape: Optional[str] = None,
        header: Flag = None,
        nullValue: Optional[str] = None,
        escapeQuotes: Flag = None,
        quoteAll: Flag = None,
        dateFormat: Optional[str] = None,
        timestampFormat: Optional[str] = None,
        ignoreLeadingWhiteSpace: Flag = None,
        ignoreTrailingWhiteSpace: Flag = None,
        charToEscapeQuoteEscaping: Optional[str] = None,
        encoding: Optional[str] = None,
        emptyValue: Optional[str] = None,
        lineSep: Optional[str] = None,
    ) -> None:
        """Write CSV files."""
        self._given(
            compression=compression,
            sep=sep,
            quote=quote,
            escape=escape,
            header=header,
            nullValue=nullValue,
            escapeQuotes=escapeQuotes,
            quoteAll=quoteAll,
            dateFormat=dateFormat,
            timestampFormat=timestampFormat,
            ignoreLeadingWhiteSpace=ignoreLeadingWhiteSpace,
            ignoreTrailingWhiteSpace=ignoreTrailingWhiteSpace,
            charToEscapeQuoteEscaping=charToEscapeQuoteEscaping,
            encoding=encoding,
            emptyValue=emptyValue,
            lineSep=lineSep,
        )
        self.save(path, "csv", mode)

    def xml(
        self,
        path: str,
        rowTag: Optional[str] = None,
        mode: Optional[str] = None,
        attributePrefix: Optional[str] = None,
        valueTag: Optional[str] = None,
        rootTag: Optional[str] = None,
        declaration: Flag = None,
        arrayElementName: Optional[str] = None,
        nullValue: Optional[str] = None,
        dateFormat: Optional[str] = None,
        timestampFormat: Optional[str] = None,
        compression: Optional[str] = None,
        encoding: Optional[str] = None,
        validateName: Flag = None,
    ) -> None:
        """Write XML files, an element for each row."""
        self._given(
            rowTag=rowTag,
            attributePrefix=attributePrefix,
            valueTag=valueTag,
            rootTag=rootTag,
            declaration=declaration,
            arrayElementName=arrayElementName,
            nullValue=nullValue,
            dateFormat=dateFormat,
            timestampFormat=timestampFormat,
            compression=compression,
            encoding=encoding,
            validateName=validateName,
        )
        self.save(path, "xml", mode)

    def jdbc(
        self, url: str, table: str, mode: Optional[str] = None, properties: Optional[Dict[str, str]] = None
    ) -> None:
        """Write a table in another database."""
        self.format("jdbc").mode(mode).options(**(properties or {})).options(url=url, dbtable=table).save()


class DataFrameWriterV2(_Options):
    """Writes rows to a table, reached as ``df.writeTo(table)``."""

    def __init__(self, df: DataFrame, table: str) -> None:
        self._df = df
        self._table = table
        self._provider: Optional[str] = None
        self._options = {}
        self._properties: Dict[str, str] = {}
        self._partitions: List[Column] = []
        self._clusters: List[str] = []

    def using(self, provider: str) -> DataFrameWriterV2:
        """Which format the table has."""
        self._provider = provider
        return self

    def option(self, key: str, value: Any) -> DataFrameWriterV2:
        """An option of the write."""
        self._options[key] = _option_text(value)
        return self

    def options(self, **options: Any) -> DataFrameWriterV2:
        """Options of the write."""
        for key, value in options.items():
            self.option(key, value)
        return self

    def tableProperty(self, property: str, value: str) -> DataFrameWriterV2:
        """A property that the table gets."""
        self._properties[property] = value
        return self

    def partitionedBy(self, col: Any, *cols: Any) -> DataFrameWriterV2:
        """Partitions by columns, or by ``functions.partitioning``."""
        self._partitions = [to_column(c) for c in (col, *cols)]
        return self

    def clusterBy(self, col: str, *cols: str) -> DataFrameWriterV2:
        """Rows with near values in these columns near each other."""
        self._clusters = [col, *cols]
        return self

    def _write(self, mode: int, condition: Optional[Column] = None) -> None:
        given = {key: value for key, value in self._options.items() if value is not None}
        body = pb(
            1, self._df._input, 2, self._table, 3, self._provider, 4, self._partitions, 5, given,
            6, self._properties, 7, mode, 8, condition, 9, self._clusters,
        )  # fmt: skip
        self._df._command(_WRITE_V2, body, self._partitions if condition is None else [condition])

    def create(self) -> None:
        """Make the table, which must not be there."""
        self._write(_CREATE)

    def replace(self) -> None:
        """Replace the table, which must be there."""
        self._write(_REPLACE)

    def createOrReplace(self) -> None:
        """Make the table, or replace it."""
        self._write(_CREATE_OR_REPLACE)

    def append(self) -> None:
        """Add the rows, columns matched by name."""
        self._write(_APPEND)

    def overwrite(self, condition: Any) -> None:
        """Replace the rows for which the condition is true."""
        self._write(_OVERWRITE, to_column(condition))

    def overwritePartitions(self) -> None:
        """Replace the partitions that the rows belong to."""
        self._write(_OVERWRITE_PARTITIONS)


def _name_list(cols: Any) -> List[str]:
    if len(cols) == 1 and isinstance(cols[0], (list, tuple)):
        cols = cols[0]
    return list(cols)


def _first_and_rest(col: Any, cols: Any) -> List[str]:
    if isinstance(col, (list, tuple)):
        if cols:
            raise PySparkValueError(
                errorClass="CANNOT_SET_TOGETHER",
                messageParameters={"arg_list": f"`col` of type {type(col).__name__} and `cols`"},
            )
        col, cols = col[0], tuple(col[1:])
    for name in (*cols, col):
        if not isinstance(name, str):
            raise PySparkTypeError(
                errorClass="NOT_LIST_OF_STR",
                messageParameters={"arg_name": "cols", "arg_type": type(name).__name__},
            )
    return [col, *cols]
