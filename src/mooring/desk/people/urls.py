"""Paths of people."""

from django.urls import path

from mooring.desk.people import (
    account_views,
    details_views,
    email_views,
    invitation_views,
    leaving_views,
    policy_views,
    proposal_views,
    views,
)

urlpatterns = [
    path("", views.people, name="people"),
    path("invite/", views.invite, name="people-invite"),
    path("invitation/<int:link_pk>/", invitation_views.invitation, name="invitation"),
    path("duty/", views.duty, name="people-duty"),
    path("me/", details_views.me, name="my-details"),
    path("sites/open/", details_views.new_site, name="site-open"),
    path("sites/<int:pk>/", details_views.site, name="site"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/details/", details_views.colleague, name="person-details"),
    path("<int:pk>/invite-again/", views.invite_again, name="person-invite-again"),
    path("me/email/", email_views.own, name="my-email"),
    path("<int:pk>/email/", email_views.colleague, name="person-email"),
    path("email/<int:link_pk>/", email_views.prove, name="email-change"),
    path("me/sign-ins/", account_views.own_activity, name="my-sign-ins"),
    path("<int:pk>/sign-ins/", account_views.activity, name="person-sign-ins"),
    path("<int:pk>/password-link/", account_views.password_link, name="person-password-link"),
    path("<int:pk>/second-step/remove/", account_views.second_step, name="person-second-step-remove"),
    path("<int:pk>/tries/forget/", account_views.open_door, name="person-tries-forget"),
    path("<int:pk>/roles/", views.role_give, name="person-role-give"),
    path("<int:pk>/credentials/", views.credential_grant, name="person-credential"),
    path("roles/proposed/<int:pk>/", proposal_views.proposal, name="role-proposal"),
    path("roles/<int:pk>/end/", leaving_views.role_end, name="role-end"),
    path("credentials/<int:pk>/revoke/", views.credential_revoke, name="credential-revoke"),
    path("sites/<int:pk>/policy/", policy_views.policy, name="site-policy"),
]
