# Sourced by the other scripts: installs the Debian packages that are missing, and nothing else.

# Packages the product is built with.
BUILD_PACKAGES=(liblua5.4-dev libpq-dev libcurl4-openssl-dev zlib1g-dev pkg-config postgresql)
# Packages the tests need besides: Python for the reference values, a stock interpreter and a C compiler to prove
# that the hostile scripts are hostile, a browser that opens the reports, openssl that signs certificates.
TEST_PACKAGES=(python3 lua5.4 chromium gcc libc6-dev openssl)

die() {
    printf '%s\n' "$*" >&2
    exit 3
}

# install_missing PACKAGE…: asks dpkg first, so that a machine that has them all needs neither root nor a network.
install_missing() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    command -v apt-get >/dev/null || die "missing packages: ${missing[*]} (this script installs them on Debian only)"
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "missing packages: ${missing[*]}; run as root: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    echo "Installing ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        "${missing[@]}" >/dev/null
}

# A toolchain of 6.3 brings the C compiler that embeds files as they are.
require_swift() {
    command -v swift >/dev/null || die "swift was not found on PATH: Swift 6.3 or newer is needed (www.swift.org/install)"
    local version major minor
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1)
    read -r major minor <<<"${version:-0 0}"
    [ "$major" -gt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -ge 3 ]; } ||
        die "Swift $major.$minor was found, 6.3 or newer is needed (www.swift.org/install)"
}

# make_venv DIRECTORY REQUIREMENT…: a Python environment with exactly these packages, made once.
make_venv() {
    local directory=$1
    shift
    [ -f "$directory/.requirements" ] && [ "$(cat "$directory/.requirements")" = "$*" ] && return 0
    rm -rf "$directory"
    if ! python3 -m venv "$directory" >/dev/null 2>&1; then
        install_missing python3-venv
        rm -rf "$directory"
        python3 -m venv "$directory"
    fi
    "$directory/bin/pip" install --quiet --disable-pip-version-check "$@"
    printf '%s' "$*" >"$directory/.requirements"
}
