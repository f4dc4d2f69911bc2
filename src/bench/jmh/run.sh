#!/bin/sh
# Microbenchmarks of the packed jar:  src/bench/jmh/run.sh [JAR [OPTION OF JMH ...]]     (-h lists the options, -prof gc counts bytes)
# Needs Maven and a JDK 25 as `java` (or in JAVA_HOME). About 5 minutes.
set -eu
cd "$(dirname "$0")/../../.."
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
jar="$(realpath "${1:-target/portcullis.jar}")"
[ $# -gt 0 ] && shift
here=src/bench/jmh
mvn -q -B -f "$here/pom.xml" -Dproduct="$jar" process-classes
exec "$java" --enable-native-access=ALL-UNNAMED -cp "$here/target/classes:$jar:$here/target/lib/*" org.openjdk.jmh.Main "$@"
