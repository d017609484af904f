"""What a signature is of: the form as it was sent, told by a digest, and the mark that the act's event keeps of it.

The shell says which form is being sent (`form_sent`). A passkey is asked to sign a challenge that ends with the digest
of that form, so its answer signs these values at this address and nothing else; the event of the act keeps the answer,
and anybody with the key's public half can check it later (`passkeys.is_of`). Uploaded files are not part of it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from mooring.audit.digests import digest_of

LEFT_OUT = frozenset({"csrfmiddlewaretoken", "once", "device_at", "offset_ms"})
"""What a page adds when it sends: its keys and the device's clock."""
PASSKEY_MARK = "passkey:"


@dataclass(frozen=True)
class FormSent:
    """A form on its way: where to, and its values by the name of their field."""

    address: str
    read: Callable[[], Iterable[tuple[str, Sequence[str]]]]
    """Reads the values: a body is not parsed before somebody signs."""

    @property
    def digest(self) -> str:
        """Hex SHA-256 over the address and the values, without passwords.

        >>> one = FormSent("/x/", lambda: {"dose_mg": ["32.2"], "password": ["secret"]}.items())
        >>> one.digest == FormSent("/x/", lambda: {"dose_mg": ["32.2"], "once": ["a key"]}.items()).digest
        True
        """
        return digest_of({"address": self.address, "values": dict(sorted(self._signed().items()))})

    def _signed(self) -> dict[str, list[str]]:
        """The values that count; lines end alike, whoever sent them."""
        return {
            name: [value.replace("\r\n", "\n") for value in values]
            for name, values in self.read()
            if name not in LEFT_OUT
            and "password" not in name
            and not any(value.startswith(PASSKEY_MARK) for value in values)
        }


_sent: ContextVar[FormSent | None] = ContextVar("mooring_form_sent", default=None)
NOTHING = FormSent("", tuple)


@contextmanager
def form_sent(form: FormSent) -> Iterator[None]:
    """Name the form that is sent now; what is signed within is this form."""
    token = _sent.set(form)
    try:
        yield
    finally:
        _sent.reset(token)


def what_is_signed() -> FormSent:
    """The form that is sent now; the command line sends none."""
    return _sent.get() or NOTHING
