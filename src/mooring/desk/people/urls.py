"""Paths of people."""

from django.urls import path

from mooring.desk.people import details_views, invitation_views, policy_views, views

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
    path("<int:pk>/roles/", views.role_give, name="person-role-give"),
    path("<int:pk>/credentials/", views.credential_grant, name="person-credential"),
    path("roles/<int:pk>/end/", views.role_end, name="role-end"),
    path("credentials/<int:pk>/revoke/", views.credential_revoke, name="credential-revoke"),
    path("sites/<int:pk>/policy/", policy_views.policy, name="site-policy"),
]
