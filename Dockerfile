# Portcullis in a container: built with JDK 25, run by a JRE 25 as a user without rights.
#
#   docker build -t portcullis .
#   docker run --rm -p 80:80 -p 443:443 -p 8443:8443 -v /etc/portcullis:/etc/portcullis:ro portcullis
#
# Built for the platform it runs on: the jar holds the native libraries of that one alone.

FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY pom.xml ./
COPY .mvn .mvn
COPY src/main src/main
# The tests run before (mvn verify), not here.
RUN mvn -q -B package -Dmaven.test.skip=true

# Not an Alpine image: the TLS library is built for glibc.
FROM eclipse-temurin:25-jre
RUN useradd --uid 10443 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portcullis
COPY --from=build /build/target/portcullis.jar /opt/portcullis/portcullis.jar
COPY conf/jvm.options /opt/portcullis/jvm.options
# What the JVM learns from a training run, so that it starts sooner and compiles sooner.
RUN java @/opt/portcullis/jvm.options -Xlog:aot=error -XX:AOTCacheOutput=/opt/portcullis/portcullis.aot -jar /opt/portcullis/portcullis.jar train
# What ships, to begin with: it names certificates that you have to bring.
COPY conf/portcullis.conf /etc/portcullis/portcullis.conf
# By number, so that Kubernetes can see that it is not root.
USER 10443
VOLUME /etc/portcullis
EXPOSE 80 443 8443

# SIGTERM drains, at most drain.timeout (30 s): give `docker stop` a longer --time (the default is 10 s).
STOPSIGNAL SIGTERM

# Asks the admin listener (admin.bind, as it ships) whether it is ready. By the shell, for starting a JVM each time is dear.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9901 && printf 'GET /readyz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]

# jvm.options says why each. More flags: -e JDK_JAVA_OPTIONS="...".
ENTRYPOINT ["java", "@/opt/portcullis/jvm.options", "-XX:AOTCache=/opt/portcullis/portcullis.aot", "-jar", "/opt/portcullis/portcullis.jar"]
CMD ["run", "--config", "/etc/portcullis/portcullis.conf"]
