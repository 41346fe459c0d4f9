# What the scripts beside this folder share; they source it. Works with bash 3.2 (macOS).
# Sets: tool, the script's name; root, of the clone.
#
# Variables it reads:
#   JAVA_HOME   the JDK to use; without it, the java on the PATH

tool="$(basename "$0")"
root="$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"

fail() { # exit code, message
  echo "$tool: $2" >&2
  exit "$1"
}

# Sets java.
find_java() {
  java=java
  if [ -n "${JAVA_HOME:-}" ]; then
    java="$JAVA_HOME/bin/java"
    [ -x "$java" ] || fail 2 "JAVA_HOME is $JAVA_HOME, but there is no bin/java in it; correct it or unset it"
  elif ! command -v java >/dev/null 2>&1; then
    fail 2 "needs Java 17 or newer, found no java on the PATH; install a JDK or set JAVA_HOME"
  fi
}

# Runs Maven unless the marker is newer than all sources. The marker gets the time of the build's start, so that
# a change made during the build is built next time.
build_if_stale() { # marker, its sources..., --, arguments of Maven...
  local marker="$1" sources=() log
  shift
  while [ "$1" != -- ]; do
    sources+=("$1")
    shift
  done
  shift
  if [ -f "$marker" ] && [ -z "$(find "${sources[@]}" -newer "$marker" 2>/dev/null | head -n 1)" ]; then
    return
  fi
  command -v mvn >/dev/null 2>&1 ||
    fail 2 "needs Maven 3.6.3 or newer to build, found no mvn on the PATH; install Maven"
  mkdir -p "$(dirname "$marker")" 2>/dev/null ||
    fail 2 "cannot write to $(dirname "$marker") to build there; make the folder writable"
  log="$marker.log"
  : >"$marker.started"
  echo "$tool: building ..." >&2
  (cd "$root" && mvn -B -q "$@") </dev/null >"$log" 2>&1 || {
    cat "$log" >&2
    fail 1 "the build failed, see above; to build by hand: cd '$root' && mvn $*"
  }
  mv "$marker.started" "$marker"
  rm -f "$log"
}

run_java() { # class path, class, arguments...
  local class_path="$1"
  shift
  exec "$java" -XX:+UseSerialGC -Djava.awt.headless=true "-Dbench.root=$root" -cp "$class_path" "$@"
}

# Runs a program of the crash harness (src/crash) on what a test would see.
run_crash_harness() { # class, arguments...
  local program="io.github.charlstm.crash.$1"
  local tests="$root/target/test-classes" class_path="$root/target/test-classpath.txt"
  shift
  find_java
  [ -d "$tests" ] || rm -f "$class_path.built"
  build_if_stale "$class_path.built" "$root/pom.xml" "$root/src/main" "$root/src/test/java" "$root/src/crash" -- \
    -DskipTests test-compile dependency:build-classpath \
    -Dmdep.includeScope=test "-Dmdep.outputFile=$class_path"
  export TF_CPP_MIN_LOG_LEVEL="${TF_CPP_MIN_LOG_LEVEL:-3}"
  export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"
  run_java "$tests:$root/target/classes:$(cat "$class_path")" "$program" "$@"
}
