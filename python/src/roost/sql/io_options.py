# SPDX-License-Identifier: Apache-2.0
"""What readers and writers share: options, which are kept as text, and the path among them."""

from __future__ import annotations

from roost.errors.base import AnalysisException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional

    from roost.sql.session import SparkSession


def option_text(value: Any) -> Optional[str]:
    """An option's value as text; None stays None."""
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


class Options:
    """Options by their names, as they were written."""

    _options: Dict[str, Optional[str]]

    def _given(self, **options: Any) -> None:
        """Sets the options that are not None."""
        for key, value in options.items():
            if value is not None:
                self._options[key] = option_text(value)


def path_option(owner: Any, session: SparkSession, path: Any, condition: str) -> Any:
    """The path that is given, or what the option of that name says; both are an error."""
    said = next((value for key, value in owner._options.items() if key.lower() == "path"), None)
    if said is None or not path:
        return path or said
    setting = "spark.sql.legacy.pathOptionBehavior.enabled"
    if session.conf.get(setting) == "true":
        return path
    raise AnalysisException(errorClass=condition, messageParameters={"config": setting})
