# Finds a JDK for the launchers. To be sourced by a POSIX shell:
#
#     . scripts/find-jdk.sh
#     find_jdk 25 || exit 1      # sets and exports JAVA_HOME
#
# Looks at, in this order: $FLOPS_JAVA_HOME, $JAVA_HOME, javac on PATH, the places where packages put JDKs, SDKMAN, ~/.jdks,
# macOS. A version is read from the JDK's `release` file; nothing is started. An unfit $FLOPS_JAVA_HOME is an error, for it was
# set for FLOPS; an unfit $JAVA_HOME is passed over. $FLOPS_JDK_ROOT stands before the system-wide places (for tests).

# jdk_feature HOME: prints the feature version (25) of the JDK in HOME; fails where there is none.
jdk_feature() {
    [ -x "$1/bin/javac" ] && [ -f "$1/release" ] || return 1
    jdk_version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9][0-9.]*\).*/\1/p' "$1/release" | sed 1q)
    case $jdk_version in
        1.*) jdk_version=${jdk_version#1.} ;;
    esac
    jdk_version=${jdk_version%%.*}
    [ -n "$jdk_version" ] && printf '%s\n' "$jdk_version"
}

# jdk_of_command COMMAND: prints the home of a command on PATH, all links followed.
jdk_of_command() {
    jdk_path=$(command -v "$1" 2>/dev/null) || return 1
    while [ -L "$jdk_path" ]; do
        jdk_link=$(readlink "$jdk_path") || return 1
        case $jdk_link in
            /*) jdk_path=$jdk_link ;;
            *) jdk_path=$(dirname "$jdk_path")/$jdk_link ;;
        esac
    done
    (cd "$(dirname "$jdk_path")/.." 2>/dev/null && pwd -P)
}

# jdk_offer HOME MINIMUM: takes HOME when it fits; else remembers what was seen.
jdk_offer() {
    [ -n "$1" ] && [ -d "$1" ] || return 1
    if jdk_found=$(jdk_feature "$1"); then
        if [ "$jdk_found" -ge "$2" ]; then
            JAVA_HOME=$1
            export JAVA_HOME
            return 0
        fi
    else
        jdk_found='no JDK'
    fi
    case $jdk_seen in
        *"  $1 ("*) ;;
        *) jdk_seen="$jdk_seen  $1 ($jdk_found)
" ;;
    esac
    return 1
}

# find_jdk MINIMUM: sets JAVA_HOME to a JDK of at least that feature version, or says what was seen and fails.
find_jdk() {
    jdk_seen=''
    if [ -n "${FLOPS_JAVA_HOME:-}" ]; then
        jdk_offer "$FLOPS_JAVA_HOME" "$1" && return 0
        printf 'FLOPS_JAVA_HOME = %s, expected a JDK %s or newer.\n' "$FLOPS_JAVA_HOME" "$1" >&2
        return 1
    fi
    jdk_offer "${JAVA_HOME:-}" "$1" && return 0
    jdk_offer "$(jdk_of_command javac)" "$1" && return 0
    jdk_root=${FLOPS_JDK_ROOT:-}
    for jdk_home in \
        "$jdk_root"/usr/lib/jvm/* \
        "$jdk_root"/usr/lib64/jvm/* \
        "$jdk_root"/usr/java/* \
        "$jdk_root"/opt/java/* \
        "$jdk_root"/opt/jdk* \
        "${SDKMAN_DIR:-${HOME:-}/.sdkman}"/candidates/java/* \
        "${HOME:-}"/.jdks/* \
        "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        "$jdk_root"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        "$jdk_root"/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
        jdk_offer "$jdk_home" "$1" && return 0
    done
    {
        printf 'FLOPS needs a JDK %s or newer and found none.\n' "$1"
        if [ -n "$jdk_seen" ]; then
            printf 'Seen:\n%s' "$jdk_seen"
        fi
        printf 'Install one, for example:\n'
        printf '  Debian, Ubuntu:  sudo apt install openjdk-%s-jdk, or Temurin from its own package source\n' "$1"
        printf '  Fedora:          sudo dnf install java-%s-openjdk-devel\n' "$1"
        printf '  macOS:           brew install openjdk@%s\n' "$1"
        printf '  SDKMAN:          sdk install java %s-tem (see sdk list java)\n' "$1"
        printf 'or unpack one anywhere and name its folder in FLOPS_JAVA_HOME.\n'
    } >&2
    return 1
}
