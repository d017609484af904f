"""Paths of papers, under `care/papers/`."""

from django.urls import path

from mooring.care.papers.views import batches, letterhead, making, uploads

urlpatterns = [
    path("sites/<int:pk>/letterhead/", letterhead.letterhead, name="letterhead"),
    path("sites/<int:pk>/months/", batches.months, name="paper-months"),
    path("batches/<int:pk>/", batches.batch, name="paper-batch"),
    path("batches/<int:pk>/file/", batches.batch_file, name="paper-batch-file"),
    path("of/<int:patient_pk>/", making.of_patient, name="papers"),
    path("of/<int:patient_pk>/make/<slug:code>/", making.make_of_patient, name="paper-of-patient"),
    path("sessions/<int:session_pk>/", making.of_session, name="papers-of-session"),
    path("sessions/<int:session_pk>/make/<slug:code>/", making.make_of_session, name="paper-of-session"),
    path("events/<int:event_pk>/make/<slug:code>/", making.make_of_event, name="paper-of-event"),
    path("earlier/<int:pk>/withdraw/", making.withdraw, name="earlier-withdraw"),
    path("of/<int:patient_pk>/files/", uploads.files, name="files"),
    path("of/<int:patient_pk>/files/erase/", uploads.erase, name="files-erase"),
    path("files/<int:pk>/", uploads.file, name="file"),
    path("files/<int:pk>/content/", uploads.content, name="file-content"),
    path("<int:pk>/", making.paper, name="paper"),
    path("<int:pk>/pdf/", making.as_pdf, name="paper-pdf"),
    path("<int:pk>/data/", making.as_data, name="paper-data"),
]
