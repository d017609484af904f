"""Paths of credit, and of the public verification."""

from django.urls import path

from mooring.academy.credits.views import makers, manage, mine, public

urlpatterns = [
    path("verify/", public.verify, name="verify"),
    path("verify/<str:code>/", public.shown, name="certificate-shown"),
    path("verify/<str:code>/badge.json", public.badge_file, name="certificate-badge"),
    path("status/<int:number>.json", public.status_list, name="status-list"),
    path("issuer.json", public.issuer, name="academy-issuer"),
    path("credits/transcript/", mine.transcript, name="transcript"),
    path("credits/profile/", mine.profile, name="credit-profile"),
    path("credits/badges/", mine.badges, name="badges"),
    path("credits/certificates/<int:pk>/", mine.certificate, name="certificate"),
    path("credits/certificates/<int:pk>/paper.pdf", mine.certificate_paper, name="certificate-paper"),
    path("credits/certificates/<int:pk>/revoke/", manage.revoke, name="certificate-revoke"),
    path("credits/certificates/<int:pk>/reissue/", manage.reissue, name="certificate-reissue"),
    path("credits/manage/", manage.credits, name="credits"),
    path("credits/manage/recognised/", manage.recognised, name="recognised"),
    path("credits/manage/recognised/<int:pk>/end/", manage.recognition_end, name="recognition-end"),
    path("credits/manage/batches/<int:pk>/", manage.batch, name="batch"),
    path("credits/courses/<slug:slug>/", makers.course, name="credits-course"),
    path("credits/courses/<slug:slug>/<str:offering>/pause/", makers.pause, name="offering-pause"),
    path("credits/courses/<slug:slug>/<str:offering>/resume/", makers.resume, name="offering-resume"),
    path("credits/courses/<slug:slug>/<str:offering>/batch/", manage.batch_start, name="batch-start"),
    path("credits/courses/<slug:slug>/makers/<str:maker>/disclose/", makers.disclose, name="disclose"),
    path("credits/courses/<slug:slug>/disclosures/<int:pk>/<int:place>/", makers.mitigate, name="mitigate"),
    path("credits/courses/<slug:slug>/makers/<str:maker>/<str:role>/", makers.give_role, name="maker-role"),
    path("credits/courses/<slug:slug>/roles/<int:pk>/end/", makers.end_role, name="maker-role-end"),
    path("credits/<int:pk>/", mine.record, name="completion-record"),
    path("credits/<int:pk>/disclosures/", mine.disclosures, name="disclosures"),
    path("credits/<int:pk>/claim/<str:offering>/", mine.claim, name="credit-claim"),
]
