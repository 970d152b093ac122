"""What operators see."""

from django.urls import path

from experiments.views.operating import audit, doctor, people, sources

app_name = "operating"

urlpatterns = [
    path("sources/", sources.listing, name="sources"),
    path("sources/<str:source>/", doctor.examination, name="source"),
    path("people/", people.listing, name="people"),
    path("people/<int:pk>/", people.one, name="person"),
    path("people/<int:pk>/password/", people.set_password, name="set-password"),
    path("people/<int:pk>/end-sessions/", people.end_sessions, name="end-sessions"),
    path("audit/", audit.listing, name="audit"),
    path("audit.<str:suffix>", audit.export, name="audit-export"),
]
