"""The package in a Debian booted by systemd: install, start, watchdog, reload, denials, upgrade, remove."""

import re
import unittest

from booted import Booted
from support import Part, PROGRAM, SOURCE, WRITER, make_package, need_packages, run, wait_until

UNIT = "chart-reaper.service"
CHARTS = "/var/lib/chart-reaper/charts"
DROP_IN = f"/etc/systemd/system/{UNIT}.d"

# Actions that the unit's sandbox must refuse, and that the same user may do outside it. System call numbers are those
# of x86-64.
DENIALS = {
    "write outside the chart directory": "touch /srv/open/x",
    "write into a home": "touch /home/open/x",
    "see other processes": "test -d /proc/1",
    "use a netlink socket": "perl -MSocket -e 'exit !socket(S, 16, SOCK_RAW, 0)'",
    "make a user namespace": "unshare --user true",
    "map writable and executable memory": "perl -e 'exit(syscall(9, 0, 4096, 7, 0x22, -1, 0) == -1)'",
    "make a file setuid": "cp /bin/true $CHART_OUTPUT_DIR/t; chmod u+s $CHART_OUTPUT_DIR/t",
    "call quotactl": "perl -e 'syscall(179, -1, 0, 0, 0); exit($! == 1)'",
}


class Systemd(Part):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        need_packages("systemd-container", "dpkg-dev")
        cls.package = make_package(cls.place)
        cls.newer = make_package(cls.place, "99.0-1")
        cls.system = Booted(cls, ("systemd", "systemd-sysv", "dbus", "man-db", "logrotate"))
        cls.system.run(f"dpkg -i {cls.system.put(cls.package, 'old.deb')}")
        for program in (PROGRAM, WRITER):
            cls.system.put(program, program.name)
        cls.system.run(f"install -m 755 /root/{WRITER.name} /usr/local/bin/")

    def setUp(self):
        # Each test starts with the package as installed and the service stopped.
        self.addCleanup(self.system.attempt, f"systemctl stop 'chart-reaper*'; rm -rf {DROP_IN} {CHARTS}/*; "
                                             "sed -i '/^[^#]/d' /etc/chart-reaper/*; systemctl daemon-reload; "
                                             "systemctl reset-failed; rm -rf /var/log/chart-reaper/*")

    def start_with(self, drop_in="", settings=""):
        if drop_in:
            self.system.write(f"{DROP_IN}/test.conf", drop_in)
        self.system.write("/etc/chart-reaper/chart-reaper.env", settings)
        self.system.run(f"systemctl daemon-reload && systemctl start {UNIT}")

    def charts(self, directory=CHARTS):
        return int(self.system.run(f"find {directory} -name '*.png' | wc -l"))

    def old_chart(self, name, directory=CHARTS, owner="chart-reaper"):
        self.system.run(f"mkdir -p {directory}/A_1d && touch -d '2 days ago' {directory}/A_1d/{name} && "
                        f"chown -R {owner} {directory}")

    def test_1_installation_enables_and_starts_no_service(self):
        self.assertEqual(self.system.attempt(f"systemctl is-enabled {UNIT}").stdout.strip(), "disabled")
        self.assertEqual(self.system.attempt(f"systemctl is-active {UNIT}").stdout.strip(), "inactive")
        self.assertEqual(self.system.run(f"stat -c '%U %a' {CHARTS}").strip(), "chart-reaper 2775")

    def test_2_the_units_verify_without_warnings_and_are_well_confined(self):
        for unit in (UNIT, "chart-reaper@srv-a.service"):
            done = self.system.attempt(f"systemd-analyze verify {unit}")
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        # The threshold is ten times the figure that systemd-analyze prints.
        self.system.run(f"systemd-analyze security --threshold=11 {UNIT}")
        self.system.run("systemd-analyze security --threshold=5 chart-reaper@srv-a.service")
        self.system.run(f"mkdir -p {DROP_IN} && cp /usr/share/doc/chart-reaper/systemd/unix-socket.conf {DROP_IN}/ && "
                        "systemctl daemon-reload")
        self.system.run(f"systemd-analyze security --threshold=5 {UNIT}")

    def test_it_counts_as_started_once_it_is_ready_and_keeps_the_limits(self):
        self.old_chart("old.png")
        self.start_with()
        self.assertEqual(self.system.show(UNIT, "ActiveState"), "active")
        wait_until(lambda: self.charts() == 0, "the old chart is removed")
        wait_until(lambda: "of 200 MB" in self.system.show(UNIT, "StatusText"), "the status tells the usage")
        self.assertEqual(self.system.run("chart-reaper health").splitlines()[0], '{"status":"ok"}')

    def test_the_commands_find_the_settings_of_the_service(self):
        self.system.run("install -d -o chart-reaper '/srv/my charts'")
        self.system.write("/etc/chart-reaper/chart-reaper.conf", "max-age-hours=5\n")
        self.start_with('[Service]\nReadWritePaths="/srv/my charts"\nEnvironment="CHART_OUTPUT_DIR=/srv/my charts" '
                        '"CHART_FILE_PATTERNS=*.png,*.svg"\n', "CHART_LISTEN=127.0.0.1:8123\nCHART_ENABLE_CLEANUP='off'\n")
        for user in ("root", "chart-reaper"):
            done = self.system.attempt(f"cd /tmp && runuser -u {user} -- chart-reaper check")
            self.assertEqual((done.returncode, done.stderr), (
                0, "chart-reaper: using the settings of chart-reaper.service, which runs as chart-reaper\n"))
            for line in (r"CHART_OUTPUT_DIR +/srv/my charts +chart-reaper\.service",
                         r"CHART_FILE_PATTERNS +\*\.png,\*\.svg +chart-reaper\.service",
                         r"CHART_LISTEN +127\.0\.0\.1:8123 +/etc/chart-reaper/chart-reaper\.env",
                         r"CHART_ENABLE_CLEANUP +off +/etc/chart-reaper/chart-reaper\.env",
                         r"CHART_MAX_AGE_HOURS +5 +/etc/chart-reaper/chart-reaper\.conf:1",
                         r"CHART_MAX_SIZE_MB +200 +preset production"):
                self.assertRegex(done.stdout, line)
        self.assertEqual(self.system.run("chart-reaper health").splitlines()[0], '{"status":"ok"}')
        self.old_chart("old.png", "'/srv/my charts'")
        self.assertRegex(self.system.run("chart-reaper sweep --dry-run"), r"expired +A_1d/old\.png")
        self.system.run(f"systemctl stop {UNIT}")
        self.assertRegex(self.system.run("chart-reaper sweep"), r"expired +1 ")
        self.assertEqual(self.charts("'/srv/my charts'"), 0)

    def test_without_a_bus_a_user_is_warned_that_the_service_settings_are_not_used(self):
        self.system.run("systemctl stop dbus.socket dbus.service")
        self.addCleanup(self.system.run, "systemctl start dbus.socket")
        done = self.system.attempt("cd /tmp && runuser -u chart-reaper -- chart-reaper check")
        self.assertRegex(done.stderr, "^chart-reaper: not using the settings of chart-reaper.service: Failed to connect to bus")
        self.assertRegex(done.stdout, r"CHART_OUTPUT_DIR +\./output/charts +default")

    def test_it_stops_cleanly_and_fast(self):
        self.start_with()
        self.system.run(f"timeout 2 systemctl stop {UNIT}")
        self.assertEqual(self.system.show(UNIT, "Result"), "success")
        self.assertEqual(self.system.show(UNIT, "ExecMainStatus"), "0")

    def test_the_watchdog_restarts_a_stopped_process(self):
        self.start_with("[Service]\nWatchdogSec=2\nTimeoutAbortSec=1\nRestartSec=0\n")
        process = self.system.show(UNIT, "MainPID")
        self.system.run(f"kill -STOP {process}")
        wait_until(lambda: self.system.show(UNIT, "NRestarts") == "1", "systemd restarts it")
        wait_until(lambda: self.system.show(UNIT, "ActiveState") == "active", "it is up again")
        self.assertNotEqual(self.system.show(UNIT, "MainPID"), process)
        self.system.wait_for_message(UNIT, "Watchdog timeout")

    def test_a_good_reload_takes_effect_and_a_bad_one_fails_and_changes_nothing(self):
        self.start_with()
        process = self.system.show(UNIT, "MainPID")
        self.system.write("/etc/chart-reaper/chart-reaper.conf", "max-size-mb=77\n")
        self.system.run(f"systemctl reload {UNIT}")
        wait_until(lambda: "of 77 MB" in self.system.show(UNIT, "StatusText"), "the limit is the new one")
        self.system.write("/etc/chart-reaper/chart-reaper.conf", "max-size-mb=lots\n")
        self.assertNotEqual(self.system.attempt(f"systemctl reload {UNIT}").returncode, 0)
        self.system.wait_for_message(UNIT, "'lots' is not allowed")
        self.assertEqual(self.system.show(UNIT, "ActiveState"), "active")
        self.assertEqual(self.system.show(UNIT, "MainPID"), process)
        self.assertIn("of 77 MB", self.system.show(UNIT, "StatusText"))

    def test_wrong_settings_prevent_the_start_and_all_restarts(self):
        self.system.write("/etc/chart-reaper/chart-reaper.env", "CHART_MAX_SIZE_MB=lots\n")
        self.assertNotEqual(self.system.attempt(f"systemctl start {UNIT}").returncode, 0)
        self.assertEqual(self.system.show(UNIT, "ExecMainStatus"), "78")
        self.assertEqual(self.system.show(UNIT, "NRestarts"), "0")
        self.assertEqual(self.system.show(UNIT, "SubState"), "failed")

    def test_the_journal_has_the_fields(self):
        self.old_chart("old.png")
        self.start_with()
        self.system.wait_for_message(UNIT, "Chart cleanup completed")
        entries = self.system.journal(UNIT)
        removed = next(entry for entry in entries if str(entry["MESSAGE"]).startswith("Chart removed: path=A_1d/old.png"))
        self.assertEqual(removed["PRIORITY"], "6")
        self.assertEqual(removed["SYSLOG_IDENTIFIER"], "chart-reaper")
        self.assertEqual(removed["_SYSTEMD_UNIT"], UNIT)
        self.assertNotIn("level=", removed["MESSAGE"])
        self.assertNotIn("time=", removed["MESSAGE"])

    def test_the_sandbox_denies_each_forbidden_action(self):
        self.system.run("install -d -m 1777 /srv/open /home/open")
        unit = self.system.run(f"cat /usr/lib/systemd/system/{UNIT}")
        unit = re.sub(r"^(Type|ExecReload|WatchdogSec|Restart\w*|NotifyAccess)=.*\n", "", unit, flags=re.MULTILINE)
        for what, command in {**DENIALS, "write in the chart directory": "touch $CHART_OUTPUT_DIR/x"}.items():
            self.system.write("/opt/try", command)
            probe = unit.replace("ExecStart=chart-reaper serve", "Type=oneshot\nExecStart=/bin/sh /opt/try")
            self.system.write("/run/systemd/system/probe.service", probe)
            inside = self.system.attempt("systemctl daemon-reload; systemctl start probe.service").returncode
            outside = self.system.attempt(f"runuser -u chart-reaper -- env CHART_OUTPUT_DIR={CHARTS} sh /opt/try")
            self.assertEqual(outside.returncode, 0, f"{what}: {outside.stderr}")
            self.assertEqual(inside != 0, what in DENIALS, what)

    def test_removal_is_protected_for_the_writers_user(self):
        # The analysis service owns /srv/charts; it writes all the time and exceeds the limit.
        self.system.run("useradd --system analysis; install -d -o analysis /srv/charts")
        self.start_with("[Service]\nUser=analysis\nReadWritePaths=/srv/charts\n"
                        "Environment=CHART_OUTPUT_DIR=/srv/charts\n",
                        "CHART_MAX_SIZE_MB=20\nCHART_MIN_AGE_SECONDS=0\nCHART_CLEANUP_INTERVAL_MINUTES=0.01\n")
        summary = self.system.run("runuser -u analysis -- /usr/local/bin/chart_writer --root /srv/charts --symbols 20 --rate 10 "
                                  "--seconds 6 --verify")
        self.assertIn('"failed_writes":0', summary)
        self.system.wait_for_message(UNIT, "reason=over_limit")
        self.system.wait_for_message(UNIT, "Chart cleanup completed", 3)
        self.assertFalse(any("less protected" in str(entry["MESSAGE"]) for entry in self.system.journal(UNIT)))
        wait_until(lambda: int(self.system.run("du -sm --apparent-size /srv/charts").split()[0]) <= 21, "the limit holds")

    def test_a_volume_that_is_mounted_again_is_found(self):
        mount = "mkdir -p /srv/volume && mount -t tmpfs tmpfs /srv/volume && chown chart-reaper /srv/volume"
        self.system.run(mount)
        self.addCleanup(self.system.attempt, "umount --lazy /srv/volume")
        self.start_with("[Service]\nReadWritePaths=/srv/volume\nEnvironment=CHART_OUTPUT_DIR=/srv/volume\n",
                        "CHART_CLEANUP_INTERVAL_MINUTES=0.01\n")
        self.system.run("umount --lazy /srv/volume")
        self.system.run(mount)
        self.old_chart("old.png", "/srv/volume")
        wait_until(lambda: self.charts("/srv/volume") == 0, "the chart on the new volume is removed")

    def test_one_template_serves_several_directories(self):
        units = []
        for directory in ("/srv/one", "/srv/t-w o"):
            quoted = f"'{directory}'"
            self.system.run(f"install -d -o chart-reaper {quoted}")
            self.old_chart("old.png", quoted)
            name = self.system.run(f"systemd-escape --path --template=chart-reaper@.service {quoted}").strip()
            self.system.run(f"systemctl start '{name}'")
            wait_until(lambda place=quoted: self.charts(place) == 0, f"the old chart of {directory} is removed")
            instance = name.removeprefix("chart-reaper@").removesuffix(".service")
            self.system.run(f"chart-reaper health --address 'unix:/run/chart-reaper-{instance}/admin.sock'")
            units.append(name)
        self.system.run(f"systemctl stop '{units[0]}'")
        self.assertEqual(self.system.show(f"'{units[1]}'", "ActiveState"), "active")

    def test_the_socket_drop_in_removes_network_access(self):
        self.system.run(f"mkdir -p {DROP_IN} && cp /usr/share/doc/chart-reaper/systemd/unix-socket.conf {DROP_IN}/")
        self.start_with()
        self.system.run("chart-reaper health --address unix:/run/chart-reaper/admin.sock")
        self.system.run("chart-reaper health")
        self.assertNotEqual(self.system.attempt("chart-reaper health --address 127.0.0.1:8010").returncode, 0)
        self.assertEqual(self.system.run("stat -c %a /run/chart-reaper/admin.sock").strip(), "600")

    def test_the_socket_can_be_given_to_a_group(self):
        self.system.run(f"mkdir -p {DROP_IN} && sed -E 's/^#(Group=|Environment=)/\\1/' "
                        f"/usr/share/doc/chart-reaper/systemd/unix-socket.conf >{DROP_IN}/unix-socket.conf")
        self.system.run("groupadd --system chart-operators && useradd --groups chart-operators member && useradd stranger")
        self.start_with()
        socket = "/run/chart-reaper/admin.sock"
        self.assertEqual(self.system.run(f"stat -c '%a %U %G' {socket}").strip(), "660 chart-reaper chart-operators")
        self.system.run(f"runuser -u member -- chart-reaper health --address unix:{socket}")
        stranger = f"runuser -u stranger -- chart-reaper health --address unix:{socket}"
        self.assertNotEqual(self.system.attempt(stranger).returncode, 0)
        self.system.run(f"chmod 666 {socket}")
        self.assertIn("CHART_SOCKET_GROUP", self.system.attempt(stranger).stdout)

    def test_the_audit_file_is_rotated(self):
        if "--audit-file" not in run(PROGRAM, "--help").stdout:
            raise unittest.SkipTest("this program keeps no audit file")
        self.start_with(settings="CHART_AUDIT_FILE=/var/log/chart-reaper/removals.jsonl\n"
                                 "CHART_CLEANUP_INTERVAL_MINUTES=0.01\n")
        log = "/var/log/chart-reaper"
        self.old_chart("first.png")
        wait_until(lambda: self.system.attempt(f"grep -q first.png {log}/removals.jsonl").returncode == 0, "an audit line")
        self.system.run("logrotate --force /etc/logrotate.d/chart-reaper")
        self.old_chart("second.png")
        wait_until(lambda: self.system.attempt(f"grep -q second.png {log}/removals.jsonl").returncode == 0, "one in the new")
        self.system.run(f"grep -q first.png {log}/removals.jsonl.1 && ! grep -q second.png {log}/removals.jsonl.1")

    def test_z_an_upgrade_keeps_the_settings_and_restarts_running_services(self):
        newer = self.system.put(self.newer, "new.deb")
        self.system.run(f"dpkg -i {newer}")
        self.assertEqual(self.system.attempt(f"systemctl is-active {UNIT}").stdout.strip(), "inactive")
        self.system.run("dpkg -i /root/old.deb")
        self.start_with(settings="CHART_MAX_SIZE_MB=99\n")
        process = self.system.show(UNIT, "MainPID")
        self.system.run(f"dpkg -i {newer}")
        self.assertEqual(self.system.show(UNIT, "ActiveState"), "active")
        self.assertNotEqual(self.system.show(UNIT, "MainPID"), process)
        wait_until(lambda: "of 99 MB" in self.system.show(UNIT, "StatusText"), "the settings are the old ones")

    def test_z_removal_stops_it_and_a_purge_keeps_the_charts(self):
        self.start_with()
        self.system.run(f"systemctl enable {UNIT}")
        self.system.run(f"mkdir -p {CHARTS}/A_1d && touch {CHARTS}/A_1d/kept.png")
        self.system.run("dpkg -r chart-reaper")
        self.assertEqual(self.system.attempt("pgrep -x chart-reaper || ps ax").stdout.count("chart-reaper serve"), 0)
        self.system.run("test -f /etc/chart-reaper/chart-reaper.env")
        self.system.run("dpkg -P chart-reaper")
        left = self.system.run("find /etc /usr /var -xdev -name '*chart*reaper*' -not -path '/var/lib/systemd/*' -not -path '/var/cache/man/*'").split()
        self.assertEqual(left, ["/var/lib/chart-reaper"])
        self.assertEqual(self.charts(), 1)


if __name__ == "__main__":
    unittest.main()
