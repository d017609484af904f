"""Paths of cohorts, under `/academy/cohorts/`."""

from django.urls import path

from mooring.academy.cohorts.views import leading, learner, participants, slots

urlpatterns = [
    path("", learner.cohorts, name="cohorts"),
    path("plan/<slug:slug>/", leading.plan, name="cohort-plan"),
    path("<int:pk>/", learner.cohort, name="cohort"),
    path("<int:pk>/apply/", learner.apply, name="cohort-apply"),
    path("<int:pk>/leave/", learner.leave, name="cohort-leave"),
    path("<int:pk>/week/", learner.week, name="cohort-now"),
    path("<int:pk>/week/<int:number>/", learner.week, name="cohort-week"),
    path("<int:pk>/meetings.ics", learner.calendar, name="cohort-calendar"),
    path("<int:pk>/desk/", leading.desk, name="cohort-desk"),
    path("<int:pk>/desk/<int:number>/", leading.desk, name="cohort-desk-week"),
    path("<int:pk>/letter/", leading.letter, name="cohort-letter"),
    path("<int:pk>/cancel/", leading.cancel, name="cohort-cancel"),
    path("applications/<int:pk>/", leading.application, name="cohort-application"),
    path("make-ups/<int:pk>/", leading.make_up, name="make-up"),
    path("pre-work/<int:pk>/", learner.pre_work, name="pre-work"),
    path("pre-work/<int:pk>/remove/", slots.pre_work_off, name="pre-work-remove"),
    path("meetings/<int:pk>/", slots.meeting, name="live-slot"),
    path("meetings/<int:pk>/absent/", learner.absent, name="live-slot-absent"),
    path("meetings/<int:pk>/make-up/", learner.make_up, name="live-slot-make-up"),
    path("meetings/<int:pk>/triads/", leading.triads, name="live-slot-triads"),
    path("meetings/<int:pk>/remind/", leading.remind, name="live-slot-remind"),
    path("meetings/<int:pk>/move/", slots.move, name="live-slot-move"),
    path("meetings/<int:pk>/links/", slots.links, name="live-slot-links"),
    path("meetings/<int:pk>/pre-work/", slots.pre_work, name="live-slot-pre-work"),
    path("meetings/<int:pk>/list/", slots.from_list, name="live-slot-list"),
    path("meetings/<int:pk>/present/<int:participant>/", slots.present, name="live-slot-present"),
    path("meetings/<int:pk>/not-present/<int:participant>/", slots.not_present, name="live-slot-not-present"),
    path("meetings/<int:pk>/sheet/<int:participant>/", slots.sheet, name="practice-sheet"),
    path("participants/<int:pk>/", participants.participant, name="cohort-participant"),
    path("participants/<int:pk>/certificate/", participants.certificate, name="cohort-certificate"),
    path("participants/<int:pk>/instalments/", participants.instalments, name="cohort-instalments"),
    path(
        "participants/<int:pk>/instalments/<int:instalment>/",
        participants.instalment_paid,
        name="cohort-instalment",
    ),
]
