# Plays the analysis service beside chart-reaper: writes chart sets at a given rate. For trying out and for tests.
#   docker build -f deploy/docker/writer.Dockerfile -t chart-writer:0.1.0 .
FROM debian:bookworm-slim AS build
WORKDIR /src
COPY scripts/install-packages scripts/
# The base image may be weeks old, and some of its libraries go into the program.
RUN apt-get update && apt-get upgrade -y && scripts/install-packages build
COPY CMakeLists.txt CMakePresets.json ./
COPY cmake cmake
COPY lib lib
COPY daemon daemon
COPY tests tests
RUN cmake --preset release \
  && cmake --build --preset release --target chart_writer \
  && mkdir /charts

FROM scratch
COPY --from=build /src/build/release/tests/chart_writer /chart_writer
COPY --from=build --chown=65532:65532 /charts /charts
USER 65532:65532
ENTRYPOINT ["/chart_writer"]
CMD ["--root", "/charts"]
