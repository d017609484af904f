"""The words for credentials that are missing, expired or about to expire."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "credential.expired": _("{title} expired on {on}."),
    "credential.missing": _("{title} is not recorded."),
    "credential.expires": _("{title} expires on {on}."),
    "credential.renew_first": _("Renew or record it first."),
    "credential.renew_in_time": _("Renew it in time."),
}
