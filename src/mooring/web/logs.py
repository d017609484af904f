"""Lines of the log without secrets: the token of a single-task link or of a crew's link never stands in one."""

import logging
import re

TOKEN = re.compile(r"(/t/|/crew/)[A-Za-z0-9_\-=%:]{8,}")


class WithoutTokens(logging.Filter):
    """Blacks out tokens in the message, its arguments and its traceback's text."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if TOKEN.search(said):
            record.msg, record.args = TOKEN.sub(r"\1…", said), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = TOKEN.sub(r"\1…", record.exc_text)
        return True
