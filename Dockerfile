# One image for fronts and producers: `splitflap front`, `splitflap producer`.
FROM swift:6.3-bookworm AS build
RUN apt-get update -q \
 && apt-get install -q -y --no-install-recommends \
      zlib1g-dev libhiredis-dev libjq-dev libsqlite3-dev libcmark-gfm-dev libcmark-gfm-extensions-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /build
# Dependencies first: they change less often than sources.
COPY Package.* ./
RUN swift package resolve
COPY Sources Sources
COPY Tests Tests
# Their targets are in the manifest too.
COPY Examples Examples
COPY Benchmarks Benchmarks
RUN swift build -c release --static-swift-stdlib --product splitflap \
 && strip -o /splitflap .build/release/splitflap

FROM debian:bookworm-slim
RUN apt-get update -q \
 && apt-get install -q -y --no-install-recommends \
      ca-certificates tzdata zlib1g libhiredis0.14 libjq1 libsqlite3-0 libcmark-gfm0.29.0.gfm.6 libcmark-gfm-extensions0.29.0.gfm.6 \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /splitflap /usr/bin/splitflap
COPY client /usr/share/splitflap/client
COPY dashboards /usr/share/splitflap/dashboards
ENV SPLITFLAP_CLIENT=/usr/share/splitflap/client \
    SPLITFLAP_DASHBOARDS=/usr/share/splitflap/dashboards
# No name, for nothing asks for one: any other number does as well.
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/splitflap"]
CMD ["front"]
