# Sourced by bin/up, bin/test and bin/bench: makes the Python environment of a home, the first time.
# shellcheck shell=sh

# Python looks for modules in the folder it is called from, for -m and -c: a web.py or pip.py there
# would be run instead of ours. With this it does not, nor do the programs that it starts.
PYTHONSAFEPATH=1
export PYTHONSAFEPATH

fail() {
    printf 'Hotline: %s\n' "$1" >&2
    exit 1
}

# Makes the home's folder and sets `home` to its absolute path.
have_home() {
    mkdir -p -m 700 -- "$1" 2>/dev/null || fail "the folder $1 cannot be made. Set $2 to a folder of your own."
    home=$(CDPATH= cd -- "$1" && pwd)
    [ -w "$home" ] || fail "the folder $home cannot be written. Set $2 to a folder of your own."
}

find_python() {
    for name in "${HOTLINE_PYTHON:-}" python3.13 python3.12 python3.11 python3; do
        [ -n "$name" ] || continue
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

# Runs a command and prints every ten seconds that it still runs; its output goes to a log.
patiently() {
    what=$1
    shift
    began=$(date +%s)
    "$@" >>"$log" 2>&1 &
    working=$!
    while kill -0 "$working" 2>/dev/null; do
        sleep 1
        waited=$(($(date +%s) - began))
        if [ $((waited % 10)) -eq 0 ] && [ "$waited" -gt 0 ]; then
            echo "    $what … $waited s"
        fi
    done
    wait "$working" || return 1
    working=
    echo "  $what ($(($(date +%s) - began)) s)"
}

# Sets `venv` to the environment of $home for the sources in $here, and makes it if it is missing or
# pyproject.toml has changed. $1 is a dependency group to install too, or empty.
have_environment() {
    group=$1
    venv=$home/venv
    stamp=$venv/.hotline-installed
    wanted=$(sha256sum "$here/pyproject.toml" | cut -d ' ' -f 1)-$here
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
        return 0
    fi
    python=$(find_python) || fail "Python 3.11 or newer is needed and was not found. Install it, or set HOTLINE_PYTHON to it."
    "$python" -c 'import venv, ensurepip' 2>/dev/null || fail "$python cannot make virtual environments. Install its venv package (Debian: python3-venv)."
    log=$home/install.log
    : >"$log" 2>/dev/null || fail "the disk is full or $log cannot be written. Make room and start again."
    new=$home/venv-$$.partial
    extras=$home/group-$$.txt
    working=
    # However this script ends, it leaves nothing half-installed.
    trap '[ -z "$working" ] || kill "$working" 2>/dev/null || :; rm -rf -- "$new" "$extras"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    patiently "Python: making the environment" "$python" -m venv "$new" ||
        fail "the Python environment could not be made: $(tail -n 1 "$log")"
    : >"$extras"
    if [ -n "$group" ]; then
        # pip supports groups since 25.1; Debian 12 has 23.
        "$python" -c 'import sys, tomllib
print(*tomllib.load(open(sys.argv[1], "rb"))["dependency-groups"][sys.argv[2]], sep="\n")' \
            "$here/pyproject.toml" "$group" >"$extras" || fail "pyproject.toml has no group $group."
    fi
    if ! patiently "Python: installing packages" "$new/bin/python" -m pip install --disable-pip-version-check --no-input --retries 2 --timeout 20 --requirement "$extras" --editable "$here"; then
        rm -f -- "$extras"
        grep -qi 'no space left' "$log" && fail "the disk is full. Make room and start again."
        grep -qiE 'connection|resolution|network|timed out|no matching distribution' "$log" &&
            fail "packages could not be fetched. The first start needs the network; see $log."
        fail "packages could not be installed; see $log."
    fi
    rm -f -- "$extras"
    # Scripts contain the path of the folder they were made in; replace it by the final one.
    "$new/bin/python" - "$new" "$venv" <<'END' || fail "the Python environment could not be finished."
import pathlib, sys
old, final = (word.encode() for word in sys.argv[1:])
for script in pathlib.Path(sys.argv[1], "bin").iterdir():
    if script.is_file() and not script.is_symlink():
        text = script.read_bytes()
        if old in text and b"\0" not in text:
            script.write_bytes(text.replace(old, final))
END
    printf '%s' "$wanted" >"$new/.hotline-installed"
    rm -rf -- "$venv"
    mv -- "$new" "$venv"
    trap - EXIT INT TERM HUP
}
