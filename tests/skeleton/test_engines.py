"""Both engines: the throw-away PostgreSQL goes away, and no failure is told as a success."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.engines import __main__ as engines
from tests.engines import cluster
from tests.skeleton.launch import ROOT

needs_postgresql = pytest.mark.skipif(cluster.binaries() is None, reason="no PostgreSQL binaries")


@pytest.mark.slow
@needs_postgresql
@pytest.mark.parametrize("failure", [None, KeyboardInterrupt, RuntimeError])
def test_it_stops_and_removes_the_cluster_however_the_run_ends(failure):
    try:
        with cluster.cluster() as url, psycopg.connect(url) as connection:
            folder, encoding = connection.execute(
                "SELECT current_setting('data_directory'), current_setting('server_encoding')"
            ).fetchone()
            assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)
            if failure:
                raise failure
    except (KeyboardInterrupt, RuntimeError):
        assert failure is not None
    assert encoding == "UTF8"
    assert not Path(folder).parent.exists()
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(url)


@pytest.mark.slow
@needs_postgresql
@pytest.mark.parametrize("seconds", [0.05, 0.3, 0.7, 1.2, 2.0])
def test_it_leaves_nothing_behind_when_it_is_ended_while_starting(tmp_path, seconds):
    code = (
        "import signal, sys, time; from tests.engines.cluster import cluster\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(143)); print('begun', flush=True)\n"
        "with cluster(): time.sleep(60)\n"
    )
    environ = {**os.environ, "TMPDIR": str(tmp_path)}
    tmp_path.chmod(0o755)  # another user, who may run PostgreSQL, has to pass
    for parent in list(tmp_path.parents)[:-2]:
        parent.chmod(0o755)
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        time.sleep(seconds)
        process.terminate()
        assert process.wait(timeout=60) == 143
    assert list(tmp_path.iterdir()) == []


@needs_postgresql
def test_it_refuses_who_has_no_password():
    with cluster.cluster() as url:
        bare = url.replace(url.split(":")[2].split("@")[0], "guess")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(bare)


def test_it_says_that_there_is_no_postgresql(monkeypatch):
    monkeypatch.setattr(cluster, "binaries", lambda: None)
    with pytest.raises(cluster.Unavailable, match="no PostgreSQL server is installed"):
        cluster.cluster().__enter__()


@pytest.fixture
def runs(monkeypatch, tmp_path):
    """Replace the suite itself: what each engine answers, and which were asked."""
    asked, answers = [], {"SQLite": True, "PostgreSQL": True, "coverage": True}

    def suite(engine, url, arguments):
        asked.append((engine, url, arguments))
        return answers[engine.split()[0]]

    monkeypatch.setattr(engines, "suite", suite)
    monkeypatch.setattr(engines, "covered", lambda: answers["coverage"])
    monkeypatch.setattr(engines, "COVERAGE", tmp_path / "coverage")
    monkeypatch.setattr(engines.signal, "signal", lambda *_: None)
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/policies")
    monkeypatch.delenv("REQUIRE_POSTGRES", raising=False)
    return asked, answers


def no_cluster():
    raise cluster.Unavailable("none here")


def test_it_runs_both_engines(runs, capsys):
    asked, _ = runs
    assert engines.main([]) == 0
    assert sorted(asked) == [
        ("PostgreSQL (DATABASE_URL)", "postgresql://db/policies", []),
        ("SQLite", "", []),
    ]
    assert "== SQLite: passed. PostgreSQL: passed." in capsys.readouterr().out


@pytest.mark.parametrize("failing", ["SQLite", "PostgreSQL", "coverage"])
def test_it_fails_when_one_of_them_fails(runs, failing, capsys):
    asked, answers = runs
    answers[failing] = False
    assert engines.main([]) == 1
    assert len(asked) == 2
    expected = "Coverage is below" if failing == "coverage" else f"{failing}: FAILED"
    assert expected in capsys.readouterr().out


def test_it_says_which_engine_did_not_run(runs, monkeypatch, capsys):
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setattr(engines, "cluster", no_cluster)
    assert engines.main([]) == 0
    printed = capsys.readouterr().out
    assert "== No tests on PostgreSQL: none here." in printed
    assert "== SQLite: passed. PostgreSQL: not run." in printed


def test_it_fails_without_postgresql_where_that_is_required(runs, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "sqlite:///x.sqlite3")
    monkeypatch.setenv("REQUIRE_POSTGRES", "1")
    monkeypatch.setattr(engines, "cluster", no_cluster)
    assert engines.main([]) == 1
    assert "PostgreSQL is required here" in capsys.readouterr().out


def test_it_holds_no_part_of_the_suite_to_the_coverage(runs):
    asked, answers = runs
    answers["coverage"] = False
    assert engines.main(["-k", "rules"]) == 0
    assert [arguments for *_, arguments in asked] == [["-k", "rules"]] * 2
