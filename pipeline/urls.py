"""URLs of the researcher's desk."""

from __future__ import annotations

from django.urls import path, re_path

from pipeline.desk import (
    crop_pictures,
    machine_page,
    pilot_page,
    report_files,
    report_page,
    review,
    review_answers,
    views,
)

app_name = "pipeline"
urlpatterns = [
    path("desk/<slug:code>/", views.desk, name="desk"),
    path("desk/<slug:code>/machine/", machine_page.machine, name="machine"),
    path("desk/<slug:code>/machine/<int:pk>.svg", machine_page.check_figure, name="check-figure"),
    path("desk/<slug:code>/pilot/", pilot_page.pilot, name="pilot"),
    path("desk/<slug:code>/pilot/<slug:mode>/<str:name>", pilot_page.pilot_file, name="pilot-file"),
    path("desk/<slug:code>/progress/", views.progress, name="progress"),
    path("desk/<slug:code>/do/<slug:name>/", views.act, name="act"),
    path("desk/<slug:code>/jobs/<int:job_id>/retry/", views.retry_job, name="retry"),
    path("desk/<slug:code>/jobs/<int:job_id>/stop/", views.stop_job, name="stop-job"),
    path("desk/<slug:code>/crops/<int:number>/", review.crops, name="crops"),
    path("desk/<slug:code>/crops/<int:number>/approve-rest/", review.approve_rest, name="approve-rest"),
    path("desk/<slug:code>/crops/<int:number>/undo/", review_answers.undo, name="undo"),
    path("desk/<slug:code>/crops/<int:number>/following/", review_answers.following, name="following"),
    path("desk/stimuli/<int:pk>/review/", review_answers.decide, name="decide"),
    path("desk/stimuli/<int:pk>/cut/", review_answers.cut, name="cut"),
    path("desk/stimuli/<int:pk>/subject/", review_answers.pick, name="pick"),
    path("desk/stimuli/<int:pk>/window/", review.cut_again, name="window"),
    re_path(
        r"^desk/crop-maps/(?P<pk>\d+)/(?P<name>subject|attention)\.png$",
        crop_pictures.crop_map,
        name="crop-map",
    ),
    path("desk/stimuli/<int:pk>.png", views.stimulus_image, name="stimulus"),
    path("desk/items/<int:pk>.png", views.item_image, name="item"),
    path("desk/<slug:code>/report/<int:analysis_id>/", report_page.report, name="report"),
    path("desk/<slug:code>/report/<int:analysis_id>/verdict.json", report_page.verdict_json, name="verdict"),
    re_path(
        r"^desk/(?P<code>[-\w]+)/report/(?P<analysis_id>\d+)/report\.(?P<kind>html|pdf|json)$",
        report_files.written_report,
        name="written",
    ),
    path("desk/<slug:code>/report/<int:analysis_id>/<slug:name>.svg", report_page.figure, name="figure"),
    path("desk/<slug:code>/export/<slug:mode>/<str:name>", views.export, name="export"),
]
