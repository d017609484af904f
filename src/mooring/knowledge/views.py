"""Pages of the knowledge: what is in force, every kind and item with its sources, and signing a pack."""

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from mooring.content.lint import due_for_review, lint
from mooring.content.loader import ContentRefused, load_with_places
from mooring.content.pack import KINDS, Pack
from mooring.identity.access import get_site_for, sites_for
from mooring.identity.actions import confirm_signature, sign_pack
from mooring.identity.models import SignedPack, Site
from mooring.identity.packs import newest_signed_pack, parsed
from mooring.identity.roles import Permission
from mooring.knowledge.actions import REFUSED, REVIEW
from mooring.knowledge.forms import AnswersForm, FindReferenceForm, SettingForm, SignPackForm, TryForm
from mooring.knowledge.queries.indications import INDICATIONS, indication_of
from mooring.knowledge.queries.packs import changes_between, overdue_reviews, shelves_of
from mooring.knowledge.queries.reading import counts_of, grouped, history_of, reading_of, sources_of
from mooring.knowledge.queries.references import as_csv, as_ris, as_text, references_of
from mooring.rules.requirements import titles
from mooring.rules.scoring import BadAnswer, score
from mooring.rules.screening import Setting, rules_for, screen
from mooring.sentences.findings import words_of
from mooring.work.actions import close_tasks_about
from mooring.work.pages import SignedInRequest, attempt, page, typed

SIGN = Permission.PACK_SIGN
FILES = {
    "txt": ("text/plain", as_text),
    "csv": ("text/csv", as_csv),
    "ris": ("application/x-research-info-systems", as_ris),
}


def index(request: SignedInRequest) -> HttpResponse:
    """The knowledge in force at each of one's sites, what is packaged beside it, and what is due."""
    reading = reading_of(request.user, timezone.now())
    sites = list({each.site_id: each.site for each in request.user.standing}.values())
    due = due_for_review(reading.pack, reading.today)
    context = {
        "reading": reading,
        "signed": [(site, newest_signed_pack(site)) for site in sites],
        "may_sign": sites_for(request.user, SIGN),
        "rows": counts_of(reading),
        "indications": INDICATIONS,
        "changes": changes_between(reading.in_force, reading.packaged)
        if reading.newer and reading.packaged
        else [],
        "due": [item for item in due if item.next_review >= reading.today],
        "expired": [item for item in due if item.next_review < reading.today],
    }
    return page(request, "knowledge/index.html", context)


def kind(request: SignedInRequest, kind: str) -> HttpResponse:
    """Every item of one kind, in its groups."""
    if kind not in KINDS:
        raise Http404
    reading = reading_of(request.user, timezone.now())
    items = reading.pack.shelves.get(kind, {}).values()
    context = {"reading": reading, "kind": kind, "groups": grouped(items), "count": len(items)}
    return page(request, "knowledge/kind.html", context)


def item(request: SignedInRequest, kind: str, item_id: str, version: int) -> HttpResponse:
    """One item: what it says, what it rests on, who stands for it, and what changed."""
    reading = reading_of(request.user, timezone.now())
    key = f"{item_id}@{version}"
    found = reading.find(key)
    if found is None or found[1].kind_of(key) != kind:
        raise Http404
    one, pack = found
    context = {
        "reading": reading,
        "kind": kind,
        "item": one,
        "pack": pack,
        "data": pack.data,
        "standing": reading.standing(key),
        "held": reading.held_by(key),
        "sources": sources_of(one, pack),
        "history": history_of(reading, kind, item_id),
        "body": f"knowledge/items/{kind}.html",
        "kinds": titles(pack.requirements.values()),
    }
    return page(request, "knowledge/item.html", context)


def any_item(request: SignedInRequest, key: str) -> HttpResponse:
    """From `id@version`, as it is stored with a patient, or a bare id, to the item's page."""
    found = reading_of(request.user, timezone.now()).find(key)
    if found is None:
        raise Http404
    one, pack = found
    return redirect("knowledge-item", pack.kind_of(one.key), one.id, one.version)


def try_it(request: SignedInRequest) -> HttpResponse:
    """Typed facts in, the explained verdict out. Nothing is stored."""
    now = timezone.now()
    reading = reading_of(request.user, now)
    setting_form = SettingForm(
        request.GET if "product" in request.GET else None, initial={"setting": "clinic"}
    )
    usual = Setting(jurisdiction=reading.site.jurisdiction if reading.site else "")
    setting = setting_form.chosen(usual)
    rules = rules_for(reading.pack, reading.today, setting)
    form = TryForm(request.POST if request.method == "POST" else None, rules=rules, facts=reading.pack.data)
    context = {"reading": reading, "setting_form": setting_form, "setting": setting, "form": form}
    if form.is_bound and form.is_valid():
        context["verdict"] = screen(form.facts(now), reading.pack, now, setting)
    context["instruments"] = sorted(
        reading.pack.instruments.in_force(reading.today), key=lambda each: each.short.casefold()
    )
    return page(request, "knowledge/try.html", context)


def try_instrument(request: SignedInRequest, item_id: str) -> HttpResponse:
    """Answers in, the score out. Nothing is stored."""
    reading = reading_of(request.user, timezone.now())
    try:
        instrument = reading.pack.instruments.find(item_id, reading.today)
    except KeyError:
        raise Http404 from None
    form = AnswersForm(request.POST if request.method == "POST" else None, instrument=instrument)
    context: dict[str, object] = {"reading": reading, "instrument": instrument, "form": form}
    if form.is_bound and form.is_valid():
        try:
            result = score(instrument, form.answers())
        except BadAnswer as bad:
            form.add_error(None, words_of(bad.message))
        else:
            titles = {scale.code: scale.title for scale in instrument.scales}
            context["score"] = result
            context["scales"] = [(titles[code], value) for code, value in result.scales.items()]
    return page(request, "knowledge/try_instrument.html", context)


def indication(request: SignedInRequest, code: str) -> HttpResponse:
    """What is known on one indication: standing, protocols, trials, benchmarks."""
    if code not in INDICATIONS:
        raise Http404
    title, name = INDICATIONS[code]
    reading = reading_of(request.user, timezone.now())
    known = indication_of(reading.pack, name, reading.today)
    context = {"reading": reading, "title": title, "known": known, "indications": INDICATIONS}
    return page(request, "knowledge/indication.html", context)


def references(request: SignedInRequest) -> HttpResponse:
    """The reference list, of everything or of one kind."""
    reading = reading_of(request.user, timezone.now())
    find = FindReferenceForm(request.GET or None, initial={"kind": "", "q": ""})
    kind, words = find.wanted()
    works = references_of(reading.pack, kind, words)
    query = urlencode({"kind": kind, "q": words})
    return page(request, "knowledge/references.html", {"find": find, "works": works, "query": query})


def references_file(request: SignedInRequest, form: str) -> HttpResponse:
    """The reference list as a file: text, CSV or RIS."""
    if form not in FILES:
        raise Http404
    kind_of_file, written = FILES[form]
    kind, words = FindReferenceForm(request.GET or None).wanted()
    works = references_of(reading_of(request.user, timezone.now()).pack, kind, words)
    answer = HttpResponse(written(works), content_type=f"{kind_of_file}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="references{f"-{kind}" if kind else ""}.{form}"'
    return answer


def sign(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a site's next pack holds and changes; its medical director signs it with the password."""
    site = get_site_for(request.user, pk, to=SIGN)
    pack, problems = _packaged(site.today(timezone.now()))
    if pack is None:
        return page(request, "knowledge/refused.html", {"site": site, "problems": problems}, status=409)
    newest = newest_signed_pack(site)
    form = typed(request, SignPackForm, initial={"digest": pack.digest})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["digest"] != pack.digest:
            form.add_error(None, _("The content changed while you read. Read it again, then sign."))
            form.data = {**request.POST.dict(), "digest": pack.digest}
        elif _signed(request, form, site, pack):
            return redirect("knowledge")
    return page(request, "knowledge/sign.html", _shown(site, pack, newest) | {"form": form})


def _packaged(today: date) -> tuple[Pack | None, list[str]]:
    """The packaged content where it loads and its lint finds nothing but reviews that are due, which are shown."""
    try:
        loaded = load_with_places()
    except ContentRefused as refused:
        return None, [str(each) for each in refused.problems]
    found = [each for each in lint(loaded, today) if not each.warning and each.check != "overdue-review"]
    return (None, [str(each) for each in found]) if found else (loaded.pack, [])


def _signed(request: SignedInRequest, form: SignPackForm, site: Site, pack: Pack) -> bool:
    before, at = newest_signed_pack(site), timezone.now()
    with attempt(request, form) as tried:
        confirm_signature(request.user, form.cleaned_data["password"])
        sign_pack(site=site, digest=pack.digest, body=pack.dump(), by=request.user, at=at)
        if before is not None:
            for kind in (REVIEW, REFUSED):
                close_tasks_about(before, kind=kind, outcome="done", by=request.user, at=at)
    if tried.done:
        messages.success(
            request, _("The pack is signed. New acts at {site} use it from now on.").format(site=site)
        )
    return tried.done


def _shown(site: Site, pack: Pack, newest: SignedPack | None) -> dict[str, object]:
    in_force = newest is not None and newest.digest == pack.digest
    return {
        "site": site,
        "pack": pack,
        "newest": newest,
        "in_force": in_force,
        "shelves": shelves_of(pack),
        "changes": changes_between(parsed(newest) if newest else None, pack),
        "overdue": overdue_reviews(pack, site.today(timezone.now())),
    }
