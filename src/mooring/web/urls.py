"""Every address of the program starts here."""

from django.urls import include, path

from mooring.desk import audit_page, course_page, cuff_photo, my_work, next_page, record
from mooring.web import offline, shell_pages
from mooring.web.gallery import gallery
from mooring.work import views as work

urlpatterns = [
    path("", my_work.my_work, name="my-work"),
    path("theme/", shell_pages.theme, name="theme"),
    path("clock/", shell_pages.clock, name="clock"),
    path("gallery/", gallery, name="gallery"),
    path("sw.js", offline.worker, name="service-worker"),
    path("offline/", offline.offline, name="offline"),
    path("healthz", shell_pages.health, name="health"),
    path("healthz/ready", shell_pages.ready, name="ready"),
    path("t/<str:token>/", work.link, name="task-link"),
    path("accounts/", include("mooring.web.account_urls")),
    path("work/", include("mooring.work.urls")),
    path("care/patients/<int:pk>/", record.record, name="patient"),
    path("care/patients/<int:pk>/next-step/", next_page.next_step_page, name="next-step"),
    path("audit/", audit_page.audit, name="audit"),
    path("audit/verify/", audit_page.verify, name="audit-verify"),
    path("people/", include("mooring.desk.people.urls")),
    path("care/patients/", include("mooring.care.patients.urls")),
    path("care/disclosures/", include("mooring.care.disclosures.urls")),
    path("care/observations/", include("mooring.care.observations.urls")),
    path("care/referrals/", include("mooring.care.referrals.urls")),
    path("care/screening/", include("mooring.care.screening.urls")),
    path("care/measures/", include("mooring.care.measures.urls")),
    path("care/consents/", include("mooring.care.consents.urls")),
    path("care/treatments/", include("mooring.care.treatments.urls")),
    path("care/outcomes/", include("mooring.care.outcomes.urls")),
    path("care/stock/", include("mooring.care.stock.urls")),
    path("care/safety/", include("mooring.care.safety.urls")),
    path("care/sessions/chaperone/photo/", cuff_photo.cuff_photo, name="chaperone-photo"),
    path("care/sessions/", include("mooring.care.sessions.urls")),
    path("care/papers/", include("mooring.care.papers.urls")),
    path("care/rems/", include("mooring.care.rems.urls")),
    path("care/floor/", include("mooring.care.floor.urls")),
    path("care/integration/", include("mooring.care.integration.urls")),
    path("academy/", include("mooring.academy.courses.urls")),
    path("academy/courses/<slug:slug>/", course_page.course_page, name="course"),
    path("academy/events/", include("mooring.academy.events.urls")),
    path("academy/cohorts/", include("mooring.academy.cohorts.urls")),
    path("academy/discussion/", include("mooring.academy.discussion.urls")),
    path("academy/registers/", include("mooring.academy.registers.urls")),
    path("academy/reports/", include("mooring.academy.reports.urls")),
    path("academy/orders/", include("mooring.academy.orders.urls")),
    path("academy/learning/", include("mooring.academy.learning.urls")),
    path("academy/", include("mooring.academy.checks.urls")),
    path("academy/", include("mooring.academy.credits.urls")),
    path("lab/", include("mooring.lab.urls")),
    path("knowledge/", include("mooring.knowledge.urls")),
]
