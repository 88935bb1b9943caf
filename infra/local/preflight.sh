#!/bin/sh
# Says what this machine lacks to run the product, and how to get it.
# Needs nothing but a POSIX shell.

missing=0
lack() {
	echo "missing: $1" >&2
	echo "   $2" >&2
	missing=1
}

# at_least <found> <wanted>: versions as major.minor
at_least() {
	[ -n "$1" ] || return 1
	have_major=${1%%.*}
	have_rest=${1#*.}
	have_minor=${have_rest%%[!0-9]*}
	[ "$have_major" -gt "${2%%.*}" ] || { [ "$have_major" -eq "${2%%.*}" ] && [ "${have_minor:-0}" -ge "${2#*.}" ]; }
}

system=$(uname -s)
case $system in
Linux | Darwin) ;;
*) lack "a supported system (this is $system)" "Linux, macOS, or Windows with WSL2: https://learn.microsoft.com/windows/wsl/install" ;;
esac
if [ "$system" = Darwin ]; then
	get_python="brew install python@3.12" get_node="brew install node@20" get_make="xcode-select --install"
else
	get_python="apt-get install python3 python3-venv (Debian 12 or newer), or https://www.python.org/downloads/"
	get_node="https://nodejs.org/en/download (20.19 or newer)"
	get_make="apt-get install make"
fi

go_version=$(go env GOVERSION 2>/dev/null | sed -n 's/^go\([0-9]*\.[0-9]*\).*/\1/p')
at_least "$go_version" 1.26 || lack "Go 1.26 or newer (found: ${go_version:-none})" "https://go.dev/dl/"

python_version=
for name in python3 python3.14 python3.13 python3.12 python3.11; do
	found=$($name -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
	python_version=$found
	if at_least "$found" 3.11; then
		$name -c 'import venv, ensurepip' 2>/dev/null || lack "Python's venv module" "apt-get install python3-venv"
		break
	fi
done
at_least "$python_version" 3.11 || lack "Python 3.11 or newer (found: ${python_version:-none})" "$get_python"

node_version=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\.[0-9]*\).*/\1/p')
at_least "$node_version" 20.19 || lack "Node 20.19 or newer (found: ${node_version:-none})" "$get_node"
command -v npm >/dev/null 2>&1 || lack "npm, which comes with Node" "$get_node"

command -v make >/dev/null 2>&1 || lack "make" "$get_make"

exit $missing
