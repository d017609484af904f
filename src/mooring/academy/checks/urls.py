"""Paths of the player, under `/academy/`."""

from django.urls import path

from mooring.academy.checks.views import (
    analysis,
    case,
    evaluation,
    explorable,
    importing,
    lesson,
    media,
    post_test,
    predicting,
    review,
    teaching,
)

urlpatterns = [
    path("tests/<int:pk>/", post_test.introduction, name="post-test"),
    path("tests/attempts/<int:pk>/", post_test.sit, name="post-test-attempt"),
    path("tests/attempts/<int:pk>/keep/<str:item>/", post_test.keep, name="post-test-keep"),
    path("tests/attempts/<int:pk>/result/", post_test.result, name="post-test-result"),
    path("evaluations/<int:pk>/", evaluation.evaluation, name="evaluation"),
    path("teaching/", teaching.courses, name="teaching"),
    path("teaching/courses/<slug:slug>/", teaching.roster, name="roster"),
    path("teaching/import/<slug:slug>/", importing.questions, name="import-questions"),
    path("teaching/import/<slug:slug>/file/", importing.question_file, name="import-questions-file"),
    path("teaching/learners/<int:pk>/", teaching.learner, name="learner-progress"),
    path("teaching/learners/<int:pk>/access/", teaching.longer_access, name="learner-access"),
    path("teaching/learners/<int:pk>/attempts/", teaching.more_attempts, name="learner-attempts"),
    path("teaching/versions/<int:pk>/items/", analysis.items, name="item-analysis"),
    path("teaching/versions/<int:pk>/items/<str:item>/key/", analysis.key, name="key-correction"),
    path("teaching/versions/<int:pk>/evaluations/", analysis.evaluations, name="evaluation-results"),
    path("review/letter/<int:link_pk>/", review.questions, name="review-questions"),
    path("review/letter/<int:link_pk>/stop/", review.stop, name="review-stop"),
    path("review/<int:pk>/", review.review, name="review"),
    path("lessons/<int:pk>/<str:lesson_id>/", lesson.lesson, name="lesson"),
    path("lessons/<int:pk>/<str:lesson_id>/read/", lesson.finish, name="lesson-finish"),
    path("lessons/<int:pk>/<str:lesson_id>/answer/<str:item_id>/", lesson.answer, name="lesson-answer"),
    path(
        "lessons/<int:pk>/<str:lesson_id>/predict/<str:prediction_id>/",
        predicting.predict,
        name="lesson-predict",
    ),
    path(
        "lessons/<int:pk>/<str:lesson_id>/explore/<str:explorable_id>/",
        explorable.explorable,
        name="explorable",
    ),
    path("cases/<int:pk>/<str:case_id>/", case.case, name="case"),
    path("narration/<int:pk>/<str:lesson_id>/", media.narration, name="narration"),
    path(
        "narration/<int:pk>/<str:lesson_id>/captions/",
        media.narration,
        {"part": "captions"},
        name="narration-captions",
    ),
    path("media/<int:pk>/<str:medium_id>/", media.medium, name="medium"),
    path("media/<int:pk>/<str:medium_id>/captions/", media.medium, {"part": "captions"}, name="captions"),
    path("media/<int:pk>/<str:medium_id>/transcript/", media.transcript, name="transcript-of"),
]
