"""The benchmark's own logic: lines through costs, ratios, tables, marks, whose turn it is."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import measure, part, report
from benchmarks.__main__ import made, main
from benchmarks.fit import fit
from benchmarks.measure import Found, Plan, Run, Task

ROOT = Path(__file__).parent.parent


def found(*walls, why=""):
    return Found([Run(wall, wall) for wall in walls], why)


# -- lines --------------------------------------------------------------------------------------


def test_a_straight_line_is_found_with_its_slope_and_its_start():
    line = fit([100, 1_000, 10_000], [1.2, 3.0, 21.0])
    assert line.slope == pytest.approx(0.002)
    assert line.start == pytest.approx(1.0)
    assert line.off == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("power", "costs"), [(1, [1, 10]), (2, [1, 100]), (0, [5, 5])])
def test_the_last_step_tells_the_power_of_growth(power, costs):
    assert fit([40, 400], costs).power == pytest.approx(power)


def test_a_cost_off_the_line_is_told_as_a_share_of_the_largest():
    line = fit([0, 1, 2], [0, 2, 0.0001])
    assert line.off == pytest.approx(2 / 3, rel=1e-3)


def test_one_size_makes_no_line():
    with pytest.raises(ValueError, match="two sizes"):
        fit([10, 10], [1, 2])


# -- ratios and amounts -------------------------------------------------------------------------


def test_ratios_are_taken_round_by_round():
    assert report.ratio([2, 9, 4], [1, 3, 4]) == (2, 1, 3)


def test_what_was_measured_once_stands_for_every_round():
    assert report.ratio([2, 4, 6], [2]) == (2, 1, 3)
    assert report.ratio([6], [1, 2, 3]) == (3, 2, 6)


def test_there_is_no_ratio_to_what_was_not_measured():
    assert report.ratio([], [1]) is None
    assert report.ratio([1], []) is None


@pytest.mark.parametrize(
    ("amount", "text"),
    [(312.4, "312 s"), (3.954, "3.95 s"), (0.0123, "12.3 ms"), (4.2e-8, "42 ns"), (0, "0 ns")],
)
def test_times_are_written_with_three_digits(amount, text):
    assert report.seconds(amount) == text


# -- turns --------------------------------------------------------------------------------------


def test_a_case_has_one_turn_a_round():
    task = Task("book", 10)
    assert measure.due(task, {}, 0)
    assert not measure.due(task, {task: found(1)}, 0)
    assert measure.due(task, {task: found(1)}, 1)


def test_what_takes_long_is_measured_once():
    task = Task("book", 10)
    assert not measure.due(task, {task: found(measure.PATIENCE + 1)}, 1)


def test_what_failed_is_not_tried_again_nor_at_a_larger_size():
    results = {Task("book", 100): found(why="not done after 3 s")}
    assert not measure.due(Task("book", 100), results, 0)
    assert not measure.due(Task("book", 1000), results, 0)
    assert measure.due(Task("book", 10), results, 0)
    assert measure.due(Task("scan", 1000), results, 0)


@pytest.fixture
def plan(tmp_path):
    (tmp_path / "10").mkdir()
    return Plan({10: tmp_path / "10"}, 3, 5, {"reopened": ["warmed"]})


def test_rounds_are_interleaved_every_other_one_backwards(plan, monkeypatch):
    monkeypatch.setattr(measure, "process", lambda name, *_: Run(len(name)))
    tasks = [Task("scan", 10), Task("reopened", 10)]
    told = [task.case for task, _ in measure.measure(tasks, plan, {})]
    assert told == ["scan", "reopened", "reopened", "scan", "scan", "reopened"]


def test_what_a_case_needs_is_made_once_before_it(plan, monkeypatch):
    calls = []

    def process(name, *_):
        calls.append(name)
        return Run(1)

    monkeypatch.setattr(measure, "process", process)
    list(measure.measure([Task("reopened", 10)], plan, {}))
    assert calls == ["warmed", "reopened", "reopened", "reopened"]


def test_what_cannot_be_made_is_why_a_case_was_not_measured(plan, monkeypatch):
    monkeypatch.setattr(measure, "process", lambda *_: "not done after 5 s")
    results: measure.Results = {}
    list(measure.measure([Task("reopened", 10)], plan, results))
    assert results == {Task("reopened", 10): Found([], "warmed not done after 5 s")}


def test_earlier_runs_count(plan, monkeypatch, tmp_path):
    monkeypatch.setattr(measure, "process", lambda *_: Run(2))
    file = tmp_path / "kept"
    file.write_text(measure.written(Task("scan", 10), found(1)))
    results = measure.kept(file)
    list(measure.measure([Task("scan", 10)], plan, results))
    assert [run.wall for run in results[Task("scan", 10)].runs] == [1, 2, 2]


def test_runs_and_reasons_are_kept_as_they_were(tmp_path):
    runs = [Run(1.5, 1.25, 130.5, 2, 3, 4, 5), Run(0.1)]
    one, other = Task("book", 10), Task("fava_sheet", 100)
    file = tmp_path / "kept"
    lines = [measure.written(one, Found(runs[:each])) for each in (1, 2)]
    file.write_text("".join([*lines, measure.written(other, found(why="not done after 9 s"))]))
    assert measure.kept(file) == {one: Found(runs), other: found(why="not done after 9 s")}
    assert measure.kept(tmp_path / "none") == {}


# -- processes ----------------------------------------------------------------------------------


def python(monkeypatch, script):
    """Have a process run this instead of a case."""
    start = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda command, **more: start([command[0], "-c", script], **more)
    )


def test_a_process_tells_what_it_found_in_its_last_line(monkeypatch, tmp_path):
    python(monkeypatch, "print('noise\\n[1, 2, 3, 4, 5, 6, 7]')")
    assert measure.process("book", tmp_path / "data", 60) == Run(1, 2, 3, 4, 5, 6, 7)


def test_a_process_that_fails_says_why(monkeypatch, tmp_path):
    python(monkeypatch, "raise SystemExit('none | of it')")
    assert measure.process("book", tmp_path / "data", 60) == "failed: none | of it"


def test_a_process_that_takes_too_long_ends_with_all_it_started(monkeypatch, tmp_path):
    note = tmp_path / "note"
    python(
        monkeypatch,
        "import subprocess, sys, pathlib, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"pathlib.Path({str(note)!r}).write_text(str(child.pid))\n"
        "time.sleep(600)",
    )
    assert measure.process("book", tmp_path / "data", 3) == "not done after 3 s"
    child = int(note.read_text())
    for _ in range(100):
        if is_gone(child):
            return
        time.sleep(0.1)
    os.kill(child, signal.SIGKILL)
    pytest.fail("it goes on")


def is_gone(process):
    """Whether a process has ended, even if nobody has asked how."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def test_memory_is_told_with_every_case(tmp_path):
    run = measure.once(lambda _: Run(1, 2), tmp_path)
    assert run[:2] == (1, 2)
    assert run.peak > 10


# -- tables -------------------------------------------------------------------------------------


def results(sizes=(10, 100)):
    """Each case takes a millisecond a company, thrice; beancount is too slow for the larger."""
    told = {
        Task(name, size): found(*(size / 1000 * n for n in (1, 2, 3)))
        for name in part.CASES
        for size in sizes
    }
    told[Task("beancount", max(sizes))] = found(why="not done after 9 s")
    return told


def test_every_row_of_a_table_has_as_many_cells_as_its_head():
    text = report.report(results(), {10: 400, 100: 4000}, "today")
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        assert len({line.count("|") for line in table.splitlines()}) == 1
    assert text.count("\n### ") == len(part.PARTS) + 2


def test_what_did_not_finish_says_so_and_what_was_not_tried_too():
    there = results((10, 100, 1000))
    del there[Task("beancount", 1000)]
    there[Task("beancount", 100)] = found(why="not done after 9 s")
    text = report.report(there, {10: 400, 100: 4000, 1000: 40_000}, "today")
    row = next(line for line in text.splitlines() if "beancount ledger" in line)
    assert "| 20 ms (10 ms to 30 ms) | not done after 9 s | not tried |" in row


def test_an_aim_is_met_or_not_or_not_measured():
    there = results()
    there[Task("compare", 100)] = Found([Run(0.1, late=0.9, sent=31, held=100)])
    there[Task("empty", 100)] = Found([Run(0.1, late=0.3)])
    text = "\n".join(report.aims(there, 100))
    assert "| Compare against an empty page | 5x | 3x | 3x to 3x | met |" in text
    assert "| Compare, sent a rerun | 30 KiB | 31 KiB | 31 KiB to 31 KiB | **not met** |" in text
    assert "| cold reading against beancount's text | 1x | under 0.0333x |  | met |" in text
    del there[Task("beancount", 100)]
    text = "\n".join(report.aims(there, 100))
    assert "| cold reading against beancount's text | 1x |  |  | not measured |" in text


def test_growth_is_held_to_its_power():
    there = results()
    for size, wall in ((10, 1.0), (100, 1.05)):
        there[Task("compare", size)] = found(wall)
    text = "\n".join(report.growth(there, {10: 400, 100: 4000}))
    assert re.search(r"cold reading \| 50 µs \| .* \| n\^1.00, at most n\^1.1 \| met", text)
    assert re.search(r"\| Compare \|.* n\^0.02, at most n\^0.1 \| met", text)
    assert re.search(r"\| Company \|.* n\^1.00, at most n\^0.1 \| \*\*not met\*\*", text)


def test_a_part_that_was_not_measured_has_no_table():
    only = {Task("scan", 10): found(1), Task("reopened", 10): found(2)}
    text = report.report(only, {10: 400}, "today")
    assert "### Reading again" in text
    assert text.count("\n### ") == 2


def test_tables_stand_between_the_marks_and_nothing_else_changes():
    text = f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n"
    once = report.placed(text, "new\n")
    assert once == f"before\n{report.BEGIN}\n\nnew\n\n{report.END}\nafter\n"
    assert report.placed(once, "new\n") == once


@pytest.mark.parametrize("text", ["", report.BEGIN, report.END, report.END + report.BEGIN])
def test_without_both_marks_nothing_is_written(text):
    with pytest.raises(ValueError, match="not there"):
        report.placed(text, "new")


def test_the_page_of_measurements_has_the_marks():
    assert report.placed(report.README.read_text("utf-8"), "new").count("<!-- measured") == 2


# -- parts --------------------------------------------------------------------------------------


def test_every_name_that_is_spoken_of_is_a_case():
    assert {name for aim in part.AIMS for name in (aim.of, aim.against) if name} <= {*part.CASES}
    assert {each.case for each in part.GROWTH} <= {*part.CASES}
    assert {*part.BEFORE} <= {*part.CASES}
    assert {name for names in part.BEFORE.values() for name in names} <= {*part.ALL}
    assert {aim.part for aim in part.AIMS} <= {each.name for each in part.PARTS}
    assert len(part.CASES) == sum(len(each.cases) for each in part.PARTS)


def test_parts_and_cases_are_chosen_by_name():
    assert part.chosen(["scan", "figure"]) == [
        "scan",
        "plain_float",
        "read_value",
        "read_as_stated",
    ]
    assert part.chosen([]) == list(part.CASES)


def test_folders_are_made_once(tmp_path):
    first = made(tmp_path, [10])
    there = sorted(first[10].rglob("*"))
    assert made(tmp_path, [10]) == first
    assert sorted(first[10].rglob("*")) == there


def test_the_command_measures_and_tells(tmp_path):
    """The smallest there is, in processes of its own; no other program takes part."""
    kept = tmp_path / "kept"
    words = ["--sizes", "10", "--rounds", "1", "--only", "scan", "--day", "2026-11-22"]
    done = CliRunner().invoke(main, [*words, "--data", str(tmp_path), "--kept", str(kept)])
    assert done.exit_code == 0, done.output
    assert "2026-11-22; " in done.output
    assert "### Reading again" in done.output
    assert len(kept.read_text().splitlines()) == 1


@pytest.mark.parametrize("sizes", ["many", "5,10", ""])
def test_sizes_that_are_none_are_refused(sizes):
    assert CliRunner().invoke(main, ["--sizes", sizes]).exit_code == 2


def test_no_part_is_called_as_a_case_is():
    assert not {each.name for each in part.PARTS} & {*part.CASES}
