"""What the fields of a study's design are called, and what there is to know before one changes them."""

from __future__ import annotations

LABELS = {
    "naming_slips": "Slips of spelling forgiven, per letter",
    "naming_phrases": "Names within longer answers count",
    "naming_chance": "Accuracy of guessing",
    "naming_synonyms": "Further words for the classes",
    "competence": "Competence of the attacker",
    "alpha": "Error rate (alpha)",
    "human_gate": "What people must show",
    "loss_delta": "Largest acceptable loss (delta)",
    "look_plan": "Looks before the study closes",
    "look_shares": "Looks at these shares of the people",
    "target_completes": "Complete sessions wanted",
    "practice_criterion": "Share of practice trials to get right",
    "practice_rounds": "Rounds of practice, at most",
    "catch_share": "Share of catch trials",
    "catch_criterion": "Share of catch trials to get right",
    "parts": "Parts on different days",
    "part_least_hours": "Next part opens after (hours)",
    "part_most_hours": "Next part closes after (hours)",
    "part_practice": "Practise again in each part",
    "part_codes": "A completion code for each part",
    "stimulus_ms": "Photo shown for (ms)",
    "mask_ms": "Mask shown for (ms)",
    "fixation_ms": "Fixation cross shown for (ms)",
    "deadline_ms": "Time to answer (ms)",
    "fast_rt_ms": "Too fast below (ms)",
    "fast_share_limit": "Largest share of too fast answers",
    "least_photo_px": "Smallest photo on the screen (pixels)",
    "screen_calibration": "Measure the screen",
    "viewing_distance_cm": "Viewing distance (cm)",
    "handheld_distance_cm": "Viewing distance with phones (cm)",
    "measure_distance": "Measure the viewing distance",
    "shown_size": "Size of crops on the screen",
    "source_px_per_degree": "Pixels of a photo per degree",
    "minimum_viewport_px": "Smallest window (pixels)",
    "exclude_lost_focus": "Leave out trials that lost the focus",
    "most_frames_off": "Frames off the planned time, at most",
    "most_dropped_frames": "Dropped frames, at most",
    "coarsest_clock_ms": "Coarsest clock (ms)",
    "lease_minutes": "Place kept for (minutes)",
    "answer_keys": "Keys that answer",
    "answer_order": "Order of the answers",
    "search_answers": "Search the answer by typing",
    "ask_confidence": "Ask how sure people are",
    "title": "Title for participants",
    "information": "Information",
    "seeds": "Seeds per architecture",
    "attacker_preset": "Training of the attacker",
    "image_size": "Image side (pixels)",
    "level_family": "What levels keep",
    "least_fill": "Smallest subject (share of the crop)",
    "least_crop_pixels": "Smallest crop (pixels)",
    "one_sharpness": "Crops of a level equally sharp",
    "photos_may_leave": "Photos may be sent to machines of others",
    "person_detector": "Detector of people",
    "person_rule": "Person that a photo is about",
    "crop_designers": "Who decides where to cut",
    "attention_weight": "Weight of attention (lambda)",
    "improvement_epsilon": "Smallest gain that matters (epsilon)",
    "max_rounds": "Training rounds per level, at most",
    "minimum_levels": "Levels to try at least",
    "review_required": "Review crops before going on",
    "pilot": "People choose the crops in a pilot",
    "pilot_candidates": "Windows to ask about, for each photo and level",
    "pilot_floor": "Pilot's floor",
    "pilot_certainty": "Certainty wanted",
    "pilot_least_answers": "Answers to a window, at least",
    "pilot_people": "Complete sessions of the pilot wanted",
    "pilot_trials": "Trials of a person in the pilot",
}
HELP_TEXTS = {
    "floor": "Accuracy that people must exceed.",
    "ceiling": "Accuracy that the machine must stay below.",
    "competence": "Accuracy that the attacker must exceed on full photos; otherwise there is no verdict.",
    "alpha": "Probability of calling any level a sweet spot wrongly (family-wise error rate).",
    "human_gate": "With the loss, each person is compared with their own answers to uncropped photos.",
    "loss_delta": "Used only where people must show that they lose little.",
    "look_plan": "Any other look is counted as unplanned on the report. Planned looks share the error rate "
    "of people's gate; the confidence sequence holds at every moment and is wider. Frozen with the design.",
    "look_shares": "With planned looks only: a list that ascends to 1, as in [0.5, 1] for half of the "
    "complete sessions wanted and all of them.",
    "task": "Yes-no questions: half of the photos of each level show the class that is asked about, and "
    "guessing is right half of the time, so the same floor and ceiling ask for less than with several "
    "classes; the report gives hits, false alarms, d′ and criterion, and the machine answers the same "
    "questions. The question is read while the cross stands: give it a second. Two photos stand at the same "
    "level, one of them shows the class that is asked for, and a person sees twice as many photos as trials; "
    "guessing is right half of the time. With the same or different, half of the pairs of a person show the "
    "same, and trials are even in number. Typed names are stored as typed and scored by the stated rule "
    "below, frozen with the design. Answers to grids are analysed separately (tiles.csv); one trial is one "
    "grid.",
    "parts": "1: all in one go. More: the blocks are shared among so many parts. At the end of a part people "
    "get their own link, which opens and closes as set here; their place is kept meanwhile. Who does not "
    "come back in time cannot go on: their answers stay, flagged incomplete, and count in no analysis.",
    "part_least_hours": "Counted from the last answer of the part before.",
    "part_most_hours": "Whoever has not begun by then cannot go on; who has begun may finish.",
    "part_practice": "As many photos as in the first practice; nobody is turned away by it.",
    "part_codes": "For labs that pay part by part; codes of a platform stand under Recruitment. Whoever "
    "the platform sends again with the same id goes on; without codes only people's own link leads on.",
    "practice_criterion": "Participants below this practise again, and are turned away after the last round.",
    "catch_share": "Uncropped photos among the others show who pays attention.",
    "catch_criterion": "People below this are excluded.",
    "target_completes": "New people are refused once there are so many; empty: no limit.",
    "stimulus_ms": "Empty: until the person answers.",
    "mask_ms": "1/f noise that follows a photo shown for a limited time; 0: none.",
    "answer_keys": "Mouse, touch and pen answer always. Keys work on keyboards of any language, by what they "
    "type or else by where they lie. Ten and more numbers are typed whole (07); the time is that of the last "
    "digit. Letters and arrows lie under the fingers, in the order of the buttons.",
    "answer_order": "Random for each person. In a long list the answers that stand late cost time: with "
    "another order in each block every answer stands at every place about equally often. People are told "
    "so at the break. trials.csv has the order of each trial (choice_positions).",
    "search_answers": "Many classes, or long names: people type the first letters and choose among the "
    "answers that have them; no key answers by itself. Response times then hold the typing (first_key_ms "
    "says when it began): times of buttons and of search are not alike. sessions.csv says which it was "
    "(answers_by).",
    "least_photo_px": "Photo and answers are in view together: where there is little room, answers stand in "
    "more columns or beside the photo, then letters and photo become smaller. A device on which the photo "
    "would be smaller than this is turned away before any work. 0: nobody is, and where they do not fit, the "
    "page scrolls.",
    "screen_calibration": "Before the instructions people make a box as wide as a bank card, or measure a "
    "line with a ruler. sessions.csv and trials.csv then have the size of photos in degrees of visual angle.",
    "viewing_distance_cm": "Told to people who measure their screen, and assumed where it is not measured. "
    "At 57 cm one centimetre covers one degree.",
    "handheld_distance_cm": "The same for phones.",
    "measure_distance": "People close one eye and say when a moving dot vanishes in the blind spot of the "
    "other, and when it is back, five times (about a minute); or they type what a tape says. The error was "
    "some 3 cm in a laboratory. Anybody may go on without. Then, in windows that are too narrow, and after "
    "two results that cannot be right, the distances above count. sessions.csv says which it was "
    "(distance_known_by).",
    "shown_size": "As large as fits: crops of heavier levels are also more magnified, and the two cannot be "
    "told apart. Same magnification: the photo with most pixels takes the area, every other photo and crop "
    "is as much smaller as it has fewer pixels, so that its size tells how large its window was. By degrees "
    "the magnification is the same for all people who measured their screen, where their window has room.",
    "source_px_per_degree": "Used with the same magnification by degrees only: a photo of 400 pixels covers "
    "10 degrees at 40.",
    "fast_rt_ms": "Faster answers cannot be about the photo.",
    "fast_share_limit": "People with a larger share of too fast answers are excluded.",
    "lease_minutes": "Without an answer for this long, a participant's place is given to somebody else.",
    "architectures": 'A list, as in ["efficientnet_lite0", "timm:vit_tiny_patch16_224"]; the first one '
    "also designs the crops. Where there are several, their average attacks too.",
    "level_family": "By subject: every crop of a level keeps the same share of the subject. By photo: all "
    "crops of a level are equally large, wherever the subject is.",
    "least_fill": "Levels by subject: in every crop the subject fills at least this share of the area.",
    "least_crop_pixels": "Levels by subject: shortest side of a crop. A photo without such a crop is left "
    "out at that level.",
    "one_sharpness": "Levels by subject: every crop of a level is shown with as many pixels as its smallest "
    "ones have (the smallest tenth are cut a little larger for it). Off: subjects that stand large in their "
    "photos give sharper crops, which may tell a class.",
    "photos_may_leave": "Careful: what was sent to a hosted model cannot be called back, and its owner may "
    "keep it or train on it. Tick this only if everybody who is shown has agreed to that, and whoever owns "
    "the photos. Packs then say so, and `python -m attacker ask` sends them. Frozen with the design, and "
    "said in the report.",
    "person_detector": "Asked about photos without a mask, box or landmarks. Its weights are fetched at "
    "first use (about 180 MB); offline, the level is not cut and the job says where to put them.",
    "person_rule": "Where the detector sees several people.",
    "crop_designers": "Cutting where the attackers themselves look favours the defender.",
    "attention_weight": "How much attention counts against the subject: 0 keeps the subject only, 1 weighs "
    "both alike.",
    "improvement_epsilon": "If twice the photos surely gain less than this, the machine cannot improve.",
    "max_rounds": "After so many failed attacks on a level, no further one is tried.",
    "minimum_levels": "The loop does not stop before it has reached this many levels.",
    "review_required": "The loop waits at each level until people have reviewed every crop of a test photo.",
    "pilot": "All levels are cut first; then the loop waits for people who choose among windows of each test "
    "photo, and drops photos that they cannot tell. They never take part in the main study. Off: the report "
    "says that nobody has checked the crops.",
    "pilot_candidates": "Levels by subject: the first window has least attention, further ones show more of "
    "the subject. Levels by photo have one window, which is kept or dropped.",
    "pilot_floor": "A window passes if it is certain enough that more than this share of people recognise "
    "it. With .6 and 6 answers, five of six must be right; with .85, no fewer than nine of nine.",
    "pilot_certainty": "Probability, after the answers and under a flat prior, that so many people do.",
    "pilot_least_answers": "Windows with fewer answers are not taken. Test photos x levels x windows x this "
    "number is what people x trials must reach: 100 photos at 3 levels with 2 windows need 3,600 answers.",
    "pilot_people": "40 people with 120 trials (some 13 minutes each) give 4,800 answers.",
}
