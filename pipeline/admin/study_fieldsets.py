"""Which fields of a design stand together on its form, most of them folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldsetSpec

FIELDSETS: _FieldsetSpec = (
    (None, {"fields": ("name", "code", "desk_link", "upload_link")}),
    (
        "The few that most studies choose",
        {
            "description": "Everything below is folded; it has usual values, or those of the preset.",
            "fields": (
                ("floor", "ceiling"),
                ("trials_per_person", "target_completes"),
                ("stimulus_ms", "deadline_ms"),
                ("architectures", "seeds", "attacker_preset"),
            ),
        },
    ),
    (
        "What counts as a sweet spot",
        {
            "classes": ("collapse",),
            "fields": (
                ("competence", "alpha"),
                ("human_gate", "loss_delta"),
                ("look_plan", "look_shares"),
            ),
        },
    ),
    (
        "Participants",
        {
            "classes": ("collapse",),
            "fields": (
                ("task", "grid_rows", "grid_columns"),
                ("naming_slips", "naming_phrases", "naming_chance"),
                "naming_synonyms",
                "block_size",
                ("parts", "part_least_hours", "part_most_hours"),
                ("part_practice", "part_codes"),
                ("assignment", "adaptive_accuracy", "adaptive_even_share", "adaptive_step"),
                ("practice_trials", "practice_criterion", "practice_rounds"),
                ("catch_share", "catch_criterion", "instructed_check"),
                ("mask_ms", "fixation_ms"),
                ("fast_rt_ms", "fast_share_limit"),
                ("exclude_lost_focus", "most_frames_off", "most_dropped_frames", "coarsest_clock_ms"),
                ("minimum_viewport_px", "least_photo_px", "lease_minutes"),
                ("shown_size", "source_px_per_degree"),
                ("screen_calibration", "viewing_distance_cm", "handheld_distance_cm"),
                "measure_distance",
                "room_for_answers",
                ("answer_keys", "answer_order", "search_answers", "ask_confidence"),
            ),
        },
    ),
    (
        "What participants read",
        {
            "classes": ("collapse",),
            "fields": (
                "languages",
                ("own_language", "title"),
                ("institution", "ethics_number"),
                ("contact", "pay"),
                "information",
                "information_file",
                "consent",
                "instructions",
                "comprehension",
                "own_form",
                "debrief",
            ),
        },
    ),
    (
        "Pilot",
        {
            "classes": ("collapse",),
            "description": "People choose the crops before the machine is attacked; other people judge "
            "them afterwards. Rule and numbers are frozen when the pilot is opened.",
            "fields": (
                ("pilot", "pilot_candidates"),
                ("pilot_floor", "pilot_certainty", "pilot_least_answers"),
                ("pilot_people", "pilot_trials"),
            ),
        },
    ),
    (
        "Machine",
        {
            "classes": ("collapse",),
            "fields": (
                "image_size",
                ("device", "test_time_augmentation"),
                ("level_family", "crop_designers"),
                ("least_fill", "least_crop_pixels", "one_sharpness"),
                ("person_detector", "person_rule"),
                "photos_may_leave",
                ("attention_weight", "improvement_epsilon"),
                ("max_rounds", "minimum_levels", "review_required"),
            ),
        },
    ),
)
