"""Log lines as JSON, one object a line, for collectors that read such."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime


class JsonFormatter(logging.Formatter):
    """Format a record as ``{"time", "level", "logger", "message"}``, + ``exception`` where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line: line breaks inside a message stay escaped."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
