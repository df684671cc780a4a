# docker build -t bryggen . && docker run -p 8080:8080 -v bryggen:/data bryggen
FROM python:3.11-slim AS build
WORKDIR /src
COPY . .
RUN python -m pip install --no-cache-dir --constraint constraints.txt build setuptools \
 && python -m build --wheel --no-isolation --outdir /wheels

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    BRYGGEN_DATA_DIR=/data \
    BRYGGEN_HOST=0.0.0.0 \
    BRYGGEN_PORT=8080
COPY constraints.txt /tmp/constraints.txt
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    python -m pip install --no-cache-dir --constraint /tmp/constraints.txt \
        "bryggen[postgres] @ file://$(ls /wheels/*.whl)" \
 && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin bryggen \
 && install -d -o bryggen -g bryggen /data
USER bryggen
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['BRYGGEN_PORT'] + '/_sandbox/health', timeout=2)"]
CMD ["bryggen", "serve"]
