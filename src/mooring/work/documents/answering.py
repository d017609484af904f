"""A paper as the answer to a request: the file, or the reason why it is not made."""

from io import BytesIO

from django.http import FileResponse, HttpResponse

from mooring.work.documents.paper import NoFont
from mooring.work.documents.sheet import Sheet, drawn_sheet
from mooring.work.pages import SignedInRequest, page


def sheet_file(
    request: SignedInRequest, sheet: Sheet, filename: str, *, back: str
) -> FileResponse | HttpResponse:
    """The sheet as a tagged PDF; a page with the reason and the way `back` where this server has no font."""
    try:
        file = BytesIO(drawn_sheet(sheet))
    except NoFont as refused:
        context = {"title": sheet.title, "reasons": refused.reasons, "back": back}
        return page(request, "work/not_made.html", context, status=422)
    return FileResponse(file, filename=filename)
