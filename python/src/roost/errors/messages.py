# SPDX-License-Identifier: Apache-2.0
"""The conditions that Python code raises, with their texts.

A row is the name of a condition and its text; ``<name>`` stands for a parameter.  Names and texts
are PySpark's, because tests compare them.  Only what is raised somewhere stands here; the engine's
own conditions live in the engine.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict

CONDITIONS: Dict[str, str] = {
    "ARGUMENT_REQUIRED": "Argument `<arg_name>` is required when <condition>.",
    "ATTRIBUTE_NOT_SUPPORTED": "Attribute `<attr_name>` is not supported.",
    "AXIS_LENGTH_MISMATCH": "Length mismatch: Expected axis has <expected_length> element, new values have "
    "<actual_length> elements.",
    "CANNOT_ACCEPT_OBJECT_IN_TYPE": "`<data_type>` can not accept object `<obj_name>` in type `<obj_type>`.",
    "CANNOT_ACCESS_TO_DUNDER": "Dunder(double underscore) attribute is for internal use only.",
    "CANNOT_APPLY_IN_FOR_COLUMN": "Cannot apply 'in' operator against a column: please use 'contains' in a "
    "string column or 'array_contains' function for an array column.",
    "CANNOT_BE_EMPTY": "At least one <item> must be specified.",
    "CANNOT_BE_NONE": "Argument `<arg_name>` cannot be None.",
    "CANNOT_CONVERT_COLUMN_INTO_BOOL": "Cannot convert column into bool: please use '&' for 'and', '|' for "
    "'or', '~' for 'not' when building DataFrame boolean expressions.",
    "CANNOT_CONVERT_TYPE": "Cannot convert <from_type> into <to_type>.",
    "CANNOT_DETERMINE_TYPE": "Some of types cannot be determined after inferring.",
    "CANNOT_INFER_EMPTY_SCHEMA": "Can not infer schema from an empty dataset.",
    "CANNOT_INFER_SCHEMA_FOR_TYPE": "Can not infer schema for type: `<data_type>`.",
    "CANNOT_INFER_TYPE_FOR_FIELD": "Unable to infer the type of the field `<field_name>`.",
    "CANNOT_MERGE_TYPE": "Can not merge type `<data_type1>` and `<data_type2>`.",
    "CANNOT_PARSE_DATATYPE": "Unable to parse datatype. <msg>.",
    "CANNOT_REGISTER_UDTF": "Cannot register the UDTF '<name>': expected a 'UserDefinedTableFunction'. "
    "Please make sure the UDTF is correctly defined as a class, and then either wrap it in the `udtf()` "
    "function or annotate it with `@udtf(...)`.",
    "CANNOT_SET_TOGETHER": "<arg_list> should not be set together.",
    "CANNOT_SPECIFY_RETURN_TYPE_FOR_UDF": "returnType can not be specified when `<arg_name>` is a "
    "user-defined function, but got <return_type>.",
    "CLASSIC_OPERATION_NOT_SUPPORTED_ON_DF": "Calling property or member '<member>' is not supported in PySpark Classic, "
    "please use Spark Connect instead.",
    "COLLATION_INVALID_PROVIDER": "The value <provider> does not represent a correct collation provider. "
    "Supported providers are: [<supportedProviders>].",
    "COLUMN_IN_LIST": "`<func_name>` does not allow a Column in a list.",
    "DAEMON_GONE": "<detail>",
    "DATA_SOURCE_INVALID_RETURN_TYPE": "Unsupported return type ('<type>') from Python data source '<name>'. Expected types: "
    "<supported_types>.",
    "DATA_SOURCE_PUSHDOWN_DISABLED": "<type> implements pushFilters() but filter pushdown is disabled because "
    "configuration '<conf>' is false. Set it to true to enable filter pushdown.",
    "DATA_SOURCE_RETURN_SCHEMA_MISMATCH": "Return schema mismatch in the result from 'read' method. Expected: <expected> "
    "columns, Found: <actual> columns. Make sure the returned values match the required output schema.",
    "DATA_SOURCE_TYPE_MISMATCH": "Expected <expected>, but got <actual>.",
    "DIFFERENT_PANDAS_DATAFRAME": "DataFrames are not almost equal:\nLeft:\n<left>\n<left_dtype>\nRight:\n"
    "<right>\n<right_dtype>",
    "DIFFERENT_ROWS": "<error_msg>",
    "DIFFERENT_SCHEMA": "Schemas do not match.\n--- actual\n+++ expected\n<error_msg>",
    "DUPLICATED_FIELD_NAME_IN_ARROW_STRUCT": "Duplicated field names in Arrow Struct are not allowed, got <fieldNames>. "
    "SQLSTATE: 42713",
    "DISALLOWED_TYPE_FOR_CONTAINER": "Argument `<arg_name>`(type: <arg_type>) should only contain a type "
    "in [<allowed_types>], got <item_type>",
    "FIELD_DATA_TYPE_UNACCEPTABLE": "<data_type> can not accept object <obj> in type <obj_type>.",
    "FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME": "<field_name>: <data_type> can not accept object <obj> in "
    "type <obj_type>.",
    "FIELD_NOT_NULLABLE": "Field is not nullable, but got None.",
    "FIELD_NOT_NULLABLE_WITH_NAME": "<field_name>: This field is not nullable, but got None.",
    "FIELD_STRUCT_LENGTH_MISMATCH": "Length of object (<object_length>) does not match with length of "
    "fields (<field_length>).",
    "FIELD_STRUCT_LENGTH_MISMATCH_WITH_NAME": "<field_name>: Length of object (<object_length>) does not "
    "match with length of fields (<field_length>).",
    "FIELD_TYPE_MISMATCH": "<obj> is not an instance of type <data_type>.",
    "FIELD_TYPE_MISMATCH_WITH_NAME": "<field_name>: <obj> is not an instance of type <data_type>.",
    "HIGHER_ORDER_FUNCTION_SHOULD_RETURN_COLUMN": "Function `<func_name>` should return Column, got "
    "<return_type>.",
    "INDEX_NOT_POSITIVE": "Index must be positive, got '<index>'.",
    "INDEX_OUT_OF_RANGE": "<arg_name> index out of range, got '<index>'.",
    "INVALID_ARROW_UDTF_WITH_ANALYZE": "The arrow UDTF '<name>' is invalid. Arrow UDTFs do not support the "
    "'analyze' method. Please remove the 'analyze' method from '<name>' and specify a returnType instead.",
    "INVALID_ATTRIBUTE_NAME_SYNTAX": "Syntax error in the attribute name: <name>. Check that backticks appear in pairs, a "
    "quoted string is a complete name part and use a backtick only inside quoted name parts.",
    "INVALID_BOUNDARY.END": "The boundary <boundary> is invalid: <invalidValue>. Expected the value is '0', '<longMaxValue>', "
    "'[<intMinValue>, <intMaxValue>]'.",
    "INVALID_BOUNDARY.START": "The boundary <boundary> is invalid: <invalidValue>. Expected the value is '0', '<longMinValue>', "
    "'[<intMinValue>, <intMaxValue>]'.",
    "INVALID_INTERVAL_CASTING": "Interval <start_field> to <end_field> is invalid.",
    "INVALID_ITEM_FOR_CONTAINER": "All items in `<arg_name>` should be in <allowed_types>, got <item_type>.",
    "INVALID_JSON_DATA_TYPE_FOR_COLLATIONS": "Collations can only be applied to string types, but the JSON "
    "data type is <jsonType>.",
    "INVALID_MULTIPLE_ARGUMENT_CONDITIONS": "[{arg_names}] cannot be <condition>.",
    "INVALID_NDARRAY_DIMENSION": "NumPy array input should be of <dimensions> dimensions.",
    "INVALID_PANDAS_UDF": "Invalid function: <detail>",
    "INVALID_PANDAS_UDF_TYPE": "`<arg_name>` should be one of the values from PandasUDFType, got <arg_type>",
    "INVALID_RETURN_TYPE_FOR_ARROW_UDF": "Grouped and Cogrouped map Arrow UDF should return StructType for "
    "<eval_type>, got <return_type>.",
    "INVALID_RETURN_TYPE_FOR_PANDAS_UDF": "Pandas UDF should return StructType for <eval_type>, got "
    "<return_type>.",
    "INVALID_SAVE_MODE": "The specified save mode <mode> is invalid. Valid save modes include \"append\", "
    '"overwrite", "ignore", "error", "errorifexists", and "default".',
    "INVALID_TYPE": "Argument `<arg_name>` should not be a <arg_type>.",
    "INVALID_TYPENAME_CALL": "StructField does not have typeName. Use typeName on its type explicitly "
    "instead.",
    "INVALID_TYPE_DF_EQUALITY_ARG": "Expected type <expected_type> for `<arg_name>` but got type "
    "<actual_type>.",
    "INVALID_UDF_EVAL_TYPE": "Eval type for UDF must be <eval_type>.",
    "INVALID_UDTF_BOTH_RETURN_TYPE_AND_ANALYZE": "The UDTF '<name>' is invalid. It has both its return "
    "type and an 'analyze' attribute. Please make it have one of either the return type or the 'analyze' "
    "static method in '<name>' and try again.",
    "INVALID_UDTF_EVAL_TYPE": "The eval type for the UDTF '<name>' is invalid. It must be one of <eval_type>.",
    "INVALID_UDTF_HANDLER_TYPE": "The UDTF is invalid. The function handler must be a class, but got "
    "'<type>'. Please provide a class as the function handler.",
    "INVALID_UDTF_NO_EVAL": "The UDTF '<name>' is invalid. It does not implement the required 'eval' "
    "method. Please implement the 'eval' method in '<name>' and try again.",
    "INVALID_UDTF_RETURN_TYPE": "The UDTF '<name>' is invalid. It does not specify its return type or "
    "implement the required 'analyze' static method. Please specify the return type or implement the "
    "'analyze' static method in '<name>' and try again.",
    "JVM_ATTRIBUTE_NOT_SUPPORTED": "Attribute `<attr_name>` is not supported in Spark Connect as it "
    "depends on the JVM. If you need to use this attribute, do not use Spark Connect when creating your "
    "session. Visit "
    "https://spark.apache.org/docs/latest/sql-getting-started.html#starting-point-sparksession for "
    "creating regular Spark Session in detail.",
    "KEY_NOT_EXISTS": "Key `<key>` is not exists.",
    "LENGTH_SHOULD_BE_THE_SAME": "<arg1> and <arg2> should be of the same length, got <arg1_length> and "
    "<arg2_length>.",
    "MALFORMED_VARIANT": "Variant binary is malformed. Please check the data source is valid.",
    "MIXED_TYPE_REPLACEMENT": "Mixed type replacements are not supported.",
    "NEGATIVE_VALUE": "Value for `<arg_name>` must be greater than or equal to 0, got '<arg_value>'.",
    "NOT_BOOL": "Argument `<arg_name>` should be a bool, got <arg_type>.",
    "NOT_BOOL_OR_DICT_OR_FLOAT_OR_INT_OR_LIST_OR_STR_OR_TUPLE": "Argument `<arg_name>` should be a bool, "
    "dict, float, int, str or tuple, got <arg_type>.",
    "NOT_BOOL_OR_DICT_OR_FLOAT_OR_INT_OR_STR": "Argument `<arg_name>` should be a bool, dict, float, int "
    "or str, got <arg_type>.",
    "NOT_BOOL_OR_FLOAT_OR_INT": "Argument `<arg_name>` should be a bool, float or int, got <arg_type>.",
    "NOT_BOOL_OR_FLOAT_OR_INT_OR_LIST_OR_NONE_OR_STR_OR_TUPLE": "Argument `<arg_name>` should be a bool, "
    "float, int, list, None, str or tuple, got <arg_type>.",
    "NOT_BOOL_OR_FLOAT_OR_INT_OR_STR": "Argument `<arg_name>` should be a bool, float, int or str, got "
    "<arg_type>.",
    "NOT_BOOL_OR_STR": "Argument `<arg_name>` should be a bool or str, got <arg_type>.",
    "NOT_CALLABLE": "Argument `<arg_name>` should be a callable, got <arg_type>.",
    "NOT_COLUMN": "Argument `<arg_name>` should be a Column, got <arg_type>.",
    "NOT_COLUMN_OR_DATATYPE_OR_STR": "Argument `<arg_name>` should be a Column, str or DataType, but got "
    "<arg_type>.",
    "NOT_COLUMN_OR_FLOAT_OR_INT_OR_LIST_OR_STR": "Argument `<arg_name>` should be a Column, float, integer, list or "
    "string, got <arg_type>.",
    "NOT_COLUMN_OR_INT": "Argument `<arg_name>` should be a Column or int, got <arg_type>.",
    "NOT_COLUMN_OR_INT_OR_LIST_OR_STR_OR_TUPLE": "Argument `<arg_name>` should be a Column, int, list, str "
    "or tuple, got <arg_type>.",
    "NOT_COLUMN_OR_INT_OR_STR": "Argument `<arg_name>` should be a Column, int or str, got <arg_type>.",
    "NOT_COLUMN_OR_STR": "Argument `<arg_name>` should be a Column or str, got <arg_type>.",
    "NOT_COLUMN_OR_STR_OR_STRUCT": "Argument `<arg_name>` should be a StructType, Column or str, got "
    "<arg_type>.",
    "NOT_DATAFRAME": "Argument `<arg_name>` should be a DataFrame, got <arg_type>.",
    "NOT_DATATYPE_OR_STR": "Argument `<arg_name>` should be a DataType or str, got <arg_type>.",
    "NOT_DICT": "Argument `<arg_name>` should be a dict, got <arg_type>.",
    "NOT_FLOAT_OR_INT": "Argument `<arg_name>` should be a float or int, got <arg_type>.",
    "NOT_IMPLEMENTED": "<feature> is not implemented.",
    "NOT_INT": "Argument `<arg_name>` should be an int, got <arg_type>.",
    "NOT_INT_OR_SLICE_OR_STR": "Argument `<arg_name>` should be an int, slice or str, got <arg_type>.",
    "NOT_ITERABLE": "<objectName> is not iterable.",
    "NOT_LIST": "Argument `<arg_name>` should be a list, got <arg_type>.",
    "NOT_IN_BARRIER_STAGE": "It is not in a barrier stage.",
    "NOT_LIST_OF_COLUMN": "Argument `<arg_name>` should be a list[Column].",
    "NOT_LIST_OF_COLUMN_OR_STR": "Argument `<arg_name>` should be a list[Column].",
    "NOT_LIST_OF_FLOAT_OR_INT": "Argument `<arg_name>` should be a list[float, int], got <arg_type>.",
    "NOT_LIST_OF_STR": "Argument `<arg_name>` should be a list[str], got <arg_type>.",
    "NOT_LIST_OR_NONE_OR_STRUCT": "Argument `<arg_name>` should be a list, None or StructType, got "
    "<arg_type>.",
    "NOT_LIST_OR_STR_OR_TUPLE": "Argument `<arg_name>` should be a list, str or tuple, got <arg_type>.",
    "NOT_LIST_OR_TUPLE": "Argument `<arg_name>` should be a list or tuple, got <arg_type>.",
    "NOT_OBSERVATION_OR_STR": "Argument `<arg_name>` should be an Observation or str, got <arg_type>.",
    "NOT_SAME_TYPE": "Argument `<arg_name1>` and `<arg_name2>` should be the same type, got <arg_type1> "
    "and <arg_type2>.",
    "NOT_STR": "Argument `<arg_name>` should be a str, got <arg_type>.",
    "NOT_STRUCT": "Argument `<arg_name>` should be a struct type, got <arg_type>.",
    "NOT_STR_OR_LIST_OF_RDD": "Argument `<arg_name>` should be a str or list[RDD], got <arg_type>.",
    "NOT_STR_OR_STRUCT": "Argument `<arg_name>` should be a str or struct type, got <arg_type>.",
    "NOT_WINDOWSPEC": "Argument `<arg_name>` should be a WindowSpec, got <arg_type>.",
    "NO_ACTIVE_OR_DEFAULT_SESSION": "No active or default Spark session found. Please create a new Spark "
    "session before running the code.",
    "NO_OBSERVE_BEFORE_GET": "Should observe by calling `DataFrame.observe` before `get`.",
    "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION": " The <roundedValue> rounded half up from <originalValue> cannot "
    "be represented as Decimal(<precision>, <scale>).",
    "ONLY_ALLOWED_FOR_SINGLE_COLUMN": "Argument `<arg_name>` can only be provided for a single column.",
    "ONLY_SUPPORTED_WITH_SPARK_CONNECT": "<feature> is only supported with Spark Connect; however, the current Spark session "
    "does not use Spark Connect.",
    "PACKAGE_NOT_INSTALLED": "<package_name> >= <minimum_version> must be installed; however, it was not "
    "found.",
    "PANDAS_UDF_OUTPUT_EXCEEDS_INPUT_ROWS": "The Pandas SCALAR_ITER UDF outputs more rows than input rows.",
    "PLOT_INVALID_TYPE_COLUMN": "Column <col_name> must be one of <valid_types> for plotting, got <col_type>.",
    "PYTHON_DATA_SOURCE_ERROR": "Failed to <action> Python data source <type>: <msg>",
    "READ_ONLY": "<object> is read-only.",
    "REPEATED_CLAUSE": "The <clause> clause may be used at most once per <operation> operation.",
    "RESULT_COLUMNS_MISMATCH_FOR_ARROW_UDF": "Column names of the returned pyarrow.Table do not match specified "
    "schema.<missing><extra>",
    "RESULT_COLUMNS_MISMATCH_FOR_ARROW_UDTF": "Column names of the returned pyarrow.Table or pyarrow.RecordBatch "
    "do not match specified schema. Expected: <expected> Actual: <actual>",
    "RESULT_COLUMNS_MISMATCH_FOR_PANDAS_UDF": "Column names of the returned pandas.DataFrame do not match "
    "specified schema.<missing><extra>",
    "RESULT_LENGTH_MISMATCH_FOR_PANDAS_UDF": "Number of columns of the returned pandas.DataFrame doesn't "
    "match specified schema. Expected: <expected> Actual: <actual>",
    "RESULT_LENGTH_MISMATCH_FOR_SCALAR_ITER_PANDAS_UDF": "The length of output in Scalar iterator pandas UDF should be "
    "the same with the input's; however, the length of output was <output_length> and the length of input was "
    "<input_length>.",
    "REUSE_OBSERVATION": "An Observation can be used with a DataFrame only once.",
    "RESULT_TYPE_MISMATCH_FOR_ARROW_UDF": "Columns do not match in their data type: <mismatch>.",
    "SCHEMA_MISMATCH_FOR_PANDAS_UDF": "Result vector from <udf_type> was not the required length: expected "
    "<expected>, got <actual>.",
    "SESSION_NOT_SAME": "Both Datasets must belong to the same SparkSession.",
    "SLICE_WITH_STEP": "Slice with step is not supported.",
    "STOP_ITERATION_OCCURRED": "Caught StopIteration thrown from user's code; failing the task: <exc>",
    "STOP_ITERATION_OCCURRED_FROM_SCALAR_ITER_PANDAS_UDF": "pandas iterator UDF should exhaust the input iterator.",
    "STRUCT_ARRAY_LENGTH_MISMATCH": "Input row doesn't have expected number of values required by the schema. "
    "<expected> fields are required while <actual> values are provided.",
    "ST_INVALID_ALGORITHM_VALUE": "Invalid or unsupported edge interpolation algorithm value: '<alg>'.",
    "ST_INVALID_CRS_VALUE": "Invalid or unsupported CRS (coordinate reference system) value: '<crs>'.",
    "ST_INVALID_SRID_VALUE": "Invalid or unsupported SRID (spatial reference identifier) value: <srid>.",
    "TABLE_VALUED_FUNCTION_FAILED_TO_ANALYZE_IN_PYTHON": "Failed to analyze the Python user defined table "
    "function: <msg>",
    "TABLE_VALUED_FUNCTION_REQUIRED_METADATA_INVALID": "Failed to evaluate the table function <functionName> "
    "because its table metadata was invalid; <reason>.",
    "TOO_MANY_VALUES": "Expected <expected> values for `<item>`, got <actual>.",
    "TRANSPOSE_EXCEED_ROW_LIMIT": "Number of rows exceeds the allowed limit of <maxValues> for TRANSPOSE. If "
    "this was intended, set <config> to at least the current row count. SQLSTATE: 54006",
    "TRANSPOSE_INVALID_INDEX_COLUMN": "Invalid index column for TRANSPOSE because: <reason> SQLSTATE: 42804",
    "TRANSPOSE_NO_LEAST_COMMON_TYPE": "Transpose requires non-index columns to share a least common type, but "
    "<dt1> and <dt2> do not. SQLSTATE: 42K09",
    "TYPE_HINT_SHOULD_BE_SPECIFIED": "Type hints for <target> should be specified; however, got <sig>.",
    "UDF_RETURN_TYPE": "Return type of the user-defined function should be <expected>, but is <actual>.",
    "UDTF_ARROW_TYPE_CAST_ERROR": "Cannot convert the output value of the column '<col_name>' with type "
    "'<col_type>' to the specified return type of the column: '<arrow_type>'. Please check if the data types "
    "match and try again.",
    "UDTF_ARROW_TYPE_CONVERSION_ERROR": "PyArrow UDTF must return an iterator of pyarrow.Table or "
    "pyarrow.RecordBatch objects.",
    "UDTF_CONSTRUCTOR_INVALID_IMPLEMENTS_ANALYZE_METHOD": "Failed to evaluate the user-defined table function "
    "'<name>' because its constructor is invalid: the function implements the 'analyze' method, but its "
    "constructor has more than two arguments (including the 'self' reference). Please update the table function "
    "so that its constructor accepts exactly one 'self' argument, or one 'self' argument plus another argument "
    "for the result of the 'analyze' method, and try the query again.",
    "UDTF_CONSTRUCTOR_INVALID_NO_ANALYZE_METHOD": "Failed to evaluate the user-defined table function '<name>' "
    "because its constructor is invalid: the function does not implement the 'analyze' method, and its "
    "constructor has more than one argument (including the 'self' reference). Please update the table function "
    "so that its constructor accepts exactly one 'self' argument, and try the query again.",
    "UDTF_EVAL_METHOD_ARGUMENTS_DO_NOT_MATCH_SIGNATURE": "Failed to evaluate the user-defined table function "
    "'<name>' because the function arguments did not match the expected signature of the 'eval' method "
    "(<reason>). Please update the query so that this table function call provides arguments matching the "
    "expected signature, or else update the table function so that its 'eval' method accepts the provided "
    "arguments, and then try the query again.",
    "UDTF_EXEC_ERROR": "User defined table function encountered an error in the '<method_name>' method: <error>",
    "UDTF_INVALID_OUTPUT_ROW_TYPE": "The type of an individual output row in the '<func>' method of the UDTF is "
    "invalid. Each row should be a tuple, list, or dict, but got '<type>'. Please make sure that the output rows "
    "are of the correct type.",
    "UDTF_RETURN_NOT_ITERABLE": "The return value of the '<func>' method of the UDTF is invalid. It should be an "
    "iterable (e.g., generator or list), but got '<type>'. Please make sure that the UDTF returns one of these "
    "types.",
    "UDTF_RETURN_SCHEMA_MISMATCH": "The number of columns in the result does not match the specified schema. "
    "Expected column count: <expected>, Actual column count: <actual>. Please make sure the values returned by "
    "the '<func>' method have the same number of columns as specified in the output schema.",
    "UDTF_RETURN_TYPE_MISMATCH": "Mismatch in return type for the UDTF '<name>'. Expected a 'StructType', "
    "but got '<return_type>'. Please ensure the return type is a correctly formatted StructType.",
    "UNEXPECTED_TUPLE_WITH_STRUCT": "Unexpected tuple <tuple> with StructType.",
    "UNKNOWN_EXPLAIN_MODE": "Unknown explain mode: '<explain_mode>'. Accepted explain modes are 'simple', "
    "'extended', 'codegen', 'cost', 'formatted'.",
    "UNSUPPORTED_CALL.WITHOUT_SUGGESTION": 'Cannot call the method "<methodName>" of the class "<className>". ',
    "UNSUPPORTED_DATA_SOURCE_SAVE_MODE": "The data source \"<source>\" cannot be written in the <createMode> mode. Please use "
    "either the \"Append\" or \"Overwrite\" mode instead.",
    "UNSUPPORTED_DATA_TYPE": "Unsupported DataType `<data_type>`.",
    "UNSUPPORTED_DATA_TYPE_FOR_ARROW": "Single data type <data_type> is not supported with Arrow.",
    "UNSUPPORTED_DATA_TYPE_FOR_ARROW_CONVERSION": "<data_type> is not supported in conversion to Arrow.",
    "UNSUPPORTED_FEATURE.LITERAL_TYPE": "The feature is not supported: Literal for '<value>' of <type>.",
    "UNSUPPORTED_FEATURE.PIVOT_AFTER_GROUP_BY": "The feature is not supported: PIVOT clause following a GROUP BY "
    "clause. Consider pushing the GROUP BY into a subquery.",
    "UNSUPPORTED_JOIN_TYPE": "Unsupported join type '<typ>'. Supported join types include: <supported>.",
    "UNSUPPORTED_NUMPY_ARRAY_SCALAR": "The type of array scalar '<dtype>' is not supported.",
    "UNSUPPORTED_OPERATION": "<operation> is not supported.",
    "UNSUPPORTED_PACKAGE_VERSION": "<package_name> >= <minimum_version> must be installed; however, your version "
    "is <current_version>.",
    "UNSUPPORTED_PARAM_TYPE_FOR_HIGHER_ORDER_FUNCTION": "Function `<func_name>` should use only POSITIONAL "
    "or POSITIONAL OR KEYWORD arguments.",
    "UNSUPPORTED_PIE_PLOT_PARAM": "Pie plot requires either a `y` column or `subplots=True`.",
    "UNSUPPORTED_PLOT_BACKEND": "`<backend>` is not supported, it should be one of the values from "
    "<supported_backends>",
    "UNSUPPORTED_PLOT_BACKEND_PARAM": "`<backend>` does not support `<param>` set to <value>, it should be one of the "
    "values from <supported_values>",
    "UNSUPPORTED_PLOT_KIND": "`<plot_type>` is not supported, it should be one of the values from "
    "<supported_plot_types>",
    "UNSUPPORTED_SIGNATURE": "Unsupported signature: <signature>.",
    "VALUE_ALLOWED": "Value for `<arg_name>` does not allow <disallowed_value>.",
    "VALUE_NOT_ACCESSIBLE": "Value `<value>` cannot be accessed inside tasks.",
    "VALUE_NOT_ALLOWED": "Value for `<arg_name>` has to be amongst the following values: <allowed_values>.",
    "VALUE_NOT_ANY_OR_ALL": "Value for `<arg_name>` must be 'any' or 'all', got '<arg_value>'.",
    "VALUE_NOT_BETWEEN": "Value for `<arg_name>` must be between <min> and <max>.",
    "VALUE_NOT_NON_EMPTY_STR": "Value for `<arg_name>` must be a non-empty string, got '<arg_value>'.",
    "VALUE_NOT_PEARSON": "Value for `<arg_name>` only supports the 'pearson', got '<arg_value>'.",
    "VALUE_NOT_PLAIN_COLUMN_REFERENCE": "Value `<val>` in `<field_name>` should be a plain column "
    "reference such as `df.col` or `col('column')`.",
    "VALUE_NOT_POSITIVE": "Value for `<arg_name>` must be positive, got '<arg_value>'.",
    "VALUE_OUT_OF_BOUNDS": "Value for `<arg_name>` must be between <lower_bound> and <upper_bound> "
    "(inclusive), got <actual>",
    "WRITE_STREAM_NOT_ALLOWED": "`writeStream` can be called only on streaming Dataset/DataFrame.",
    "WRONG_NUM_ARGS_FOR_HIGHER_ORDER_FUNCTION": "Function `<func_name>` should take between 1 and 3 "
    "arguments, but the provided function takes <num_args>.",
    "WRONG_NUM_COLUMNS": "Function `<func_name>` should take at least <num_cols> columns.",
    "ZERO_INDEX": "Index must be non-zero.",
    "_LEGACY_ERROR_TEMP_1306": "There is a 'path' or 'paths' option set and load() is called with path parameters. Either "
    "remove the path option if it's the same as the path parameter, or add it to the load() parameter if you do want to "
    "read multiple paths. To ignore this check, set '<config>' to 'true'.",
    "_LEGACY_ERROR_TEMP_1307": "There is a 'path' option set and save() is called with a path parameter. Either remove the "
    "path option, or call save() without the parameter. To ignore this check, set '<config>' to 'true'.",
    "_LEGACY_ERROR_TEMP_1312": "'<operation>' does not support bucketBy right now.",
    "_LEGACY_ERROR_TEMP_1324": "The pivot column <c> has more than <v> distinct values, this could indicate an error. If this "
    "was intended, set <config> to at least the number of distinct values of the pivot column.",
    "_LEGACY_ERROR_TEMP_1329": "Can not load class <className>, please make sure it is on the classpath.",
    "_LEGACY_ERROR_TEMP_1323": '"<colName>" is not a numeric column. Aggregation function can only be applied '
    "on a numeric column.",
}

_PLACEHOLDER = re.compile(r"<([A-Za-z0-9_]+)>")


#: Of conditions that Spark's engine raises where here the Python code finds out.
SQL_STATES: Dict[str, str] = {
    "INVALID_ATTRIBUTE_NAME_SYNTAX": "42601",
    "INVALID_SAVE_MODE": "42000",
    "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION": "22003",
    "PYTHON_DATA_SOURCE_ERROR": "38000",
    "REPEATED_CLAUSE": "42614",
    "STRUCT_ARRAY_LENGTH_MISMATCH": "2201E",
    "UNSUPPORTED_DATA_SOURCE_SAVE_MODE": "0A000",
    "UNSUPPORTED_FEATURE.LITERAL_TYPE": "0A000",
    "UNSUPPORTED_FEATURE.PIVOT_AFTER_GROUP_BY": "0A000",
    "UNSUPPORTED_JOIN_TYPE": "0A000",
    "UNSUPPORTED_CALL.WITHOUT_SUGGESTION": "0A000",
    "WRITE_STREAM_NOT_ALLOWED": "42601",
    "INVALID_BOUNDARY.END": "22003",
    "INVALID_BOUNDARY.START": "22003",
}


def render(condition: str, parameters: Dict[str, str]) -> str:
    """The text of a condition with its parameters filled in.

    >>> render("NOT_INT", {"arg_name": "num", "arg_type": "str"})
    'Argument `num` should be an int, got str.'
    """
    text = CONDITIONS.get(condition, "")
    if condition in SQL_STATES:
        text = f"{text} SQLSTATE: {SQL_STATES[condition]}"
    return _PLACEHOLDER.sub(lambda match: str(parameters.get(match.group(1), match.group(0))), text)
