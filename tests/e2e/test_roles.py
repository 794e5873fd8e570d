"""Several daemons on one chart directory: one is active, the others are on standby until it ends."""

import os
import signal
import unittest

from support import ReaperTest, run, wait_until

# A standby asks for the lock again at each interval.
SHORT_INTERVAL = {"CHART_CLEANUP_INTERVAL_MINUTES": "0.01"}


def statistics(daemon):
    return daemon.json("GET", "/charts/storage/stats")[1]["stats"]


def role(daemon):
    return statistics(daemon)["role"]


def codes(daemon):
    return [problem["code"] for problem in statistics(daemon)["problems"]]


def sweeps(daemon):
    return daemon.json("GET", "/charts/sweeps")[1]["sweeps"]


class Roles(ReaperTest):
    def ready(self, **settings):
        daemon = self.spawn(settings)
        daemon.wait_for_readiness()
        return daemon

    def in_role(self, wanted, **settings):
        daemon = self.ready(**settings)
        wait_until(lambda: role(daemon) == wanted, f"the role is {wanted}")
        return daemon

    def active(self, **settings):
        return self.in_role("active", **settings)

    def standby(self, **settings):
        return self.in_role("standby", **settings)

    def test_a_standby_leaves_the_timer_to_the_active_one_and_says_so(self):
        active = self.active()
        standby = self.standby(**SHORT_INTERVAL)
        old = self.chart("A_1d/old.png", age_hours=48)
        wait_until(lambda: statistics(standby)["total_files"] == 1,
                   "the standby counts the chart")
        standby.wait_for("Another process holds the lock of the chart directory")
        self.assertIn("other_reaper", codes(standby))
        self.assertNotIn("other_reaper", codes(active))
        self.assertEqual(standby.request("GET", "/readyz")[0], 200)
        self.assertIn('chart_reaper_role{role="standby"} 1', standby.request("GET", "/metrics")[2])
        self.assertEqual(sweeps(standby), [])
        self.assertTrue(old.exists())

    def test_a_standby_leaves_the_limit_to_the_active_one(self):
        active = self.active(CHART_MAX_SIZE_MB="1", CHART_MIN_AGE_SECONDS="0")
        standby = self.standby(CHART_MAX_SIZE_MB="1", CHART_MIN_AGE_SECONDS="0")
        for number in range(30):
            self.chart(f"A_1d/{number}.png", age_hours=1, size=100_000)
        wait_until(lambda: statistics(standby)["total_size_mb"] <= 1,
                   "the charts are within the limit")
        self.assertTrue(sweeps(active))
        self.assertEqual(sweeps(standby), [])
        # Its own figures do not make the other reaper a foreign cleaner.
        self.assertNotIn("other_cleaner", codes(standby))

    def test_a_standby_carries_out_requests(self):
        self.active()
        standby = self.standby()
        old = self.chart("A_1d/old.png", age_hours=48)
        status, answer = standby.json("POST", "/charts/cleanup")
        self.assertEqual((status, answer["success"]), (200, True))
        self.assertFalse(old.exists())
        self.chart("B_1d/new.png")
        self.assertEqual(standby.request("DELETE", "/charts/B/1d")[0], 200)
        self.assertEqual(self.charts(), [])

    def test_the_sweep_command_works_beside_an_active_daemon(self):
        self.active()
        old = self.chart("A_1d/old.png", age_hours=48)
        result = run("sweep", environment={"CHART_OUTPUT_DIR": str(self.root)})
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertFalse(old.exists())

    def takes_over(self, standby):
        wait_until(lambda: role(standby) == "active", "the standby has taken over")
        standby.wait_for("No other process holds the lock of the chart directory any more")
        self.assertNotIn("other_reaper", codes(standby))

    def test_a_standby_takes_over_when_the_active_one_is_killed(self):
        active = self.active()
        standby = self.standby(**SHORT_INTERVAL)
        self.chart("A_1d/old.png", age_hours=48)
        active.stop(signal.SIGKILL)
        self.takes_over(standby)
        wait_until(lambda: self.charts() == [], "the standby has removed the expired chart")

    def test_charts_that_a_killed_one_left_in_quarantine_are_back_within_an_interval(self):
        chart = self.chart("A_1d/x.png")
        active = self.active()
        standby = self.standby(**SHORT_INTERVAL)
        # An active reaper holds the lock of the chart during its removal, and the kernel frees it when that one dies.
        quarantined = chart.with_name(".chart-reaper~x.png~")
        os.rename(chart, quarantined)
        active.stop(signal.SIGKILL)
        wait_until(chart.exists, "the chart has its own name again")
        self.assertFalse(quarantined.exists())
        self.takes_over(standby)

    def test_five_on_one_root_hand_over_at_each_kill_and_lose_nothing(self):
        daemons = [self.active(**SHORT_INTERVAL)] + [self.standby(**SHORT_INTERVAL) for _ in range(4)]
        fresh = [self.chart(f"A_1d/fresh{number}.png") for number in range(20)]
        while daemons:
            for number in range(200):
                self.chart(f"B_1d/{len(daemons)}-{number}.png", age_hours=48)
            roles = [role(daemon) for daemon in daemons]
            self.assertLessEqual(roles.count("active"), 1, roles)
            wait_until(lambda: "active" in [role(daemon) for daemon in daemons], "one is active")
            active = next(daemon for daemon in daemons if role(daemon) == "active")
            active.stop(signal.SIGKILL)
            daemons.remove(active)
            if daemons:
                wait_until(lambda: all("B_1d" not in name for name in self.charts()), "the expired charts have gone")
        self.assertTrue(all(chart.exists() for chart in fresh))

    def test_an_active_one_that_ends_hands_over(self):
        active = self.active()
        standby = self.standby(**SHORT_INTERVAL)
        self.assertEqual(active.stop()[0], 0)
        self.takes_over(standby)

    def test_without_cleanup_no_lock_is_held(self):
        observer = self.ready(CHART_ENABLE_CLEANUP="false")
        self.active()
        self.assertEqual(role(observer), "unlocked")
        self.assertNotIn("other_reaper", codes(observer))

    def test_a_reload_that_switches_cleanup_off_gives_up_the_lock(self):
        settings = self.directory / "settings"
        settings.write_text("enable-cleanup=true\n")
        active = self.active(CHART_CONFIG_FILE=str(settings))
        standby = self.standby(**SHORT_INTERVAL)
        settings.write_text("enable-cleanup=false\n")
        active.process.send_signal(signal.SIGHUP)
        self.takes_over(standby)
        self.assertEqual(role(active), "unlocked")

    def test_a_replaced_root_is_locked_again(self):
        first = self.active(**SHORT_INTERVAL)
        second = self.standby(**SHORT_INTERVAL)
        os.rename(self.root, self.directory / "old")
        self.root.mkdir()
        self.chart("A_1d/old.png", age_hours=48)
        wait_until(lambda: self.charts() == [], "the expired chart of the new root has gone")
        wait_until(lambda: sorted([role(first), role(second)]) == ["active", "standby"], "one of them is active")

    def test_check_shows_the_role_that_a_daemon_would_have(self):
        check = lambda: run("check", environment={"CHART_OUTPUT_DIR": str(self.root)}).stdout
        self.assertIn("role: active", check())
        self.active()
        self.assertIn("role: standby", check())


if __name__ == "__main__":
    unittest.main(verbosity=2)
