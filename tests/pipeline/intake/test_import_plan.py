"""What would be imported, before anything is: classes renamed, merged, left out and ordered."""

from __future__ import annotations

from pipeline.intake.class_layouts import Layout
from pipeline.intake.import_plan import plan_of
from pipeline.intake.photo_survey import Choices, ClassChoice, ReadPhoto, Survey


def photo(name: str, **fields: object) -> ReadPhoto:
    size = {"width": 200, "height": 150, "size": 9, "quantisation": 0.0}
    own = {"sha256": name, "stored": f"items/{name}", "cluster": name}
    return ReadPhoto(name=name, **(size | own | fields))  # type: ignore[arg-type]


def survey(*photos: ReadPhoto, refused: tuple[tuple[str, str], ...] = ()) -> Survey:
    return Survey("photos", photos, refused, {}, photos_before=0)


ALL = survey(
    photo("dunk/1.jpg"), photo("Dunks/2.jpg"), photo("shoot/3.jpg"), refused=(("shoot/4.jpg", "damaged"),)
)


def test_without_a_choice_everything_comes_in_as_it_is_named() -> None:
    plan = plan_of(ALL, Choices.first(ALL))
    assert plan.counts == {"Dunks": 1, "dunk": 1, "shoot": 1}
    assert [tuple(entry) for entry in plan.left_out] == [("shoot/4.jpg", "damaged")]
    assert plan.empty == ()


def test_classes_are_renamed_merged_left_out_and_ordered() -> None:
    chosen = (
        ClassChoice("shoot", "Wurf"),
        ClassChoice("dunk", "Dunking"),
        ClassChoice("Dunks", "Dunking"),
    )
    assert list(plan_of(ALL, Choices(Layout.FOLDERS, chosen)).counts.items()) == [("Wurf", 1), ("Dunking", 2)]
    fewer = (
        ClassChoice("dunk", "dunk"),
        ClassChoice("Dunks", "dunk"),
        ClassChoice("shoot", "x", is_used=False),
    )
    plan = plan_of(ALL, Choices(Layout.FOLDERS, fewer))
    assert plan.counts == {"dunk": 2}
    assert dict(plan.left_out)["shoot/3.jpg"] == "the class 'shoot' is left out"


def test_a_photo_in_two_classes_comes_in_with_neither_until_they_are_merged() -> None:
    twice = survey(photo("dunk/1.jpg", sha256="a"), photo("Dunks/2.jpg", sha256="a"), photo("shoot/3.jpg"))
    plan = plan_of(twice, Choices.first(twice))
    assert "which class is right" in dict(plan.left_out)["dunk/1.jpg"]
    assert [name for name, _ in plan.empty] == ["dunk", "Dunks"]
    merged = (ClassChoice("Dunks", "dunk"), ClassChoice("dunk", "dunk"), ClassChoice("shoot", "shoot"))
    plan = plan_of(twice, Choices(Layout.FOLDERS, merged))
    assert plan.counts == {"dunk": 1, "shoot": 1}


def test_near_duplicates_in_two_classes_are_named_and_come_in() -> None:
    alike = survey(photo("dunk/1.jpg", cluster="c"), photo("shoot/2.jpg", cluster="c"))
    plan = plan_of(alike, Choices.first(alike))
    assert plan.two_classes == ("dunk/1.jpg (dunk), shoot/2.jpg (shoot)",)
    assert plan.counts == {"dunk": 1, "shoot": 1}


def test_only_photos_that_come_in_count_as_near_duplicates() -> None:
    """A copy of a file shares the group of what it copies, but only one of them comes in."""
    files = survey(
        photo("dunk/1.jpg", sha256="a", cluster="a"),
        photo("dunk/copy of 1.jpg", sha256="a", cluster="a"),
        photo("dunk/2.jpg", cluster="b"),
        photo("dunk/2 in grey.jpg", cluster="b"),
        photo("shoot/3.jpg", cluster="c"),
    )
    plan = plan_of(files, Choices.first(files))
    assert plan.near_duplicates(in_study=set()) == 2
    assert plan.near_duplicates(in_study={"c", "z"}) == 3, "a photo of the study looks like one of these"


def test_photos_that_the_study_has_or_that_would_join_two_splits_stay_out() -> None:
    more = survey(photo("dunk/1.jpg", known=True), photo("dunk/2.jpg", cluster=""), photo("shoot/3.jpg"))
    plan = plan_of(more, Choices.first(more))
    assert dict(plan.left_out) == {
        "dunk/1.jpg": "the same photo is already in this study",
        "dunk/2.jpg": "shows the same as photos of two different splits",
    }
    assert plan.empty == (), "the study has photos of that class"
