# SPDX-License-Identifier: Apache-2.0
"""Reading and writing files and tables."""

from __future__ import annotations

from roost._core import pb
from roost.errors.base import PySparkTypeError
from roost.sql.column import _wrong
from roost.sql.io_options import Options, option_text, path_option
from roost.sql.writers import DataFrameWriter, DataFrameWriterV2

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Union

    from roost.sql.dataframe import DataFrame
    from roost.sql.session import SparkSession
    from roost.sql.types import StructType

    Flag = Optional[Union[bool, str]]
    Number = Optional[Union[int, str]]
    Paths = Union[str, List[str]]

__all__ = ["DataFrameReader", "DataFrameWriter", "DataFrameWriterV2"]

_READ = 2
_RECORD_END = "\x1e"  # between lines of CSV that may hold line ends


class DataFrameReader(Options):
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
        self._options[key] = option_text(value)
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
        given = path_option(self, self._session, path, "_LEGACY_ERROR_TEMP_1306")
        paths = [given] if isinstance(given, str) else list(given or ())
        return self._read(paths, [])

    def _read(self, paths: List[str], predicates: List[str]) -> DataFrame:
        given = {key: value for key, value in self._options.items() if value is not None}
        own = self._session._data_sources.get((self._format or "").lower())
        if own is not None:
            from roost.sql.datasource_worker import path_options, read

            given.update(path_options(paths))
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


for _writer in (DataFrameWriter, DataFrameWriterV2):
    _writer.__module__ = __name__
