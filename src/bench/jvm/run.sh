#!/bin/sh
# Proxies on the JVM beside ours: builds Vert.x's, Undertow's, Jetty's and Spring Cloud Gateway, and prints one table.
#   src/bench/jvm/run.sh target/portcullis.jar [OPTION OF compare.py ...]
# Needs Maven, nginx and wrk, h2load, openssl, and a JDK 25 as `java` (or in JAVA_HOME). About 18 minutes: each of the five is warmed up.
set -eu
jar="${1:?the jar to measure}"
shift
cd "$(dirname "$0")/../../.."
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
here=src/bench/jvm
mvn -q -B -f "$here/pom.xml" package
"$java" -version 2>&1 | head -1
# With the collector and the heap that ours has, but with a heap large enough for all of them.
peer() {
    echo "$1=$java -XX:+UseSerialGC -Xmx512m --enable-native-access=ALL-UNNAMED -cp $here/$1/target/classes:$here/$1/target/lib/* $2 {port} {origin} $3"
}
exec src/bench/compare.py --jar "$jar" --java "$java" --peers '' --only keepalive,keepalive-1k,h2,bulk-100k \
    --beside "$(peer vertx VertxPeer '{cert} {key}')" \
    --beside "$(peer undertow UndertowPeer '{p12}')" \
    --beside "$(peer jetty JettyPeer '{p12}')" \
    --beside "$(peer spring SpringPeer '{cert} {key}')" "$@"
