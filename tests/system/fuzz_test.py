"""fuzz/: every target has a corpus, what is committed is small, and the runner says what is wrong with its
arguments. The corpora themselves are replayed by ctest as fuzz.NAME."""

import harness

FUZZ = harness.SOURCE / "fuzz"


def names():
    return {file.stem for file in FUZZ.glob("*.cc")}


def test_every_target_has_a_small_corpus():
    assert {"segment", "ip", "pkt_script"} <= names(), names()
    for name in names():
        files = list((FUZZ / "corpus" / name).iterdir())
        assert len(files) > 2, name
        assert sum(file.stat().st_size for file in files) < 100_000, name


def test_no_corpus_or_dictionary_is_without_its_target():
    assert {folder.name for folder in (FUZZ / "corpus").iterdir()} == names()
    assert {file.stem for file in (FUZZ / "dict").iterdir()} <= names()


def test_an_unknown_target_is_refused_by_name():
    done = harness.run(FUZZ / "run", "segmant")
    assert done.returncode == 2, done
    assert "there is no target segmant" in done.stderr and "segment" in done.stderr, done


def test_time_and_jobs_are_numbers_from_one():
    for words in (("--time", "0"), ("--jobs", "0"), ("--jobs", "x")):
        assert harness.run(FUZZ / "run", "segment", *words).returncode == 2, words


harness.main()
