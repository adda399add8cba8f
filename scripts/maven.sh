# Runs Maven on the JDK that find-jdk.sh chose. To be sourced after it, with the project's folder as working directory.

# run_maven ARGS...: `mvn -ntp ARGS`; adds to the caller's MAVEN_OPTS.
run_maven() {
    if ! command -v mvn >/dev/null 2>&1; then
        printf 'FLOPS is built with Maven 3.8.7 or newer, and there is no mvn on PATH.\n' >&2
        printf 'Install it, for example: sudo apt install maven, or brew install maven.\n' >&2
        return 1
    fi
    # Maven's own libraries use Unsafe; the flag hides the JVM's warnings about that.
    MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow${MAVEN_OPTS:+ $MAVEN_OPTS}" mvn -ntp "$@"
}
