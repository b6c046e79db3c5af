# syntax=docker/dockerfile:1
# Veille as one image: `docker run veille --help`; docker-compose.yml runs it beside Elasticsearch.
FROM python:3.13-slim AS build
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
# The dependencies first: they change less often than the code, and so their layer is kept.
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev --no-install-project --no-cache
COPY README.md LICENSE NOTICE veille.py ./
COPY crawler crawler
COPY indexer indexer
COPY search search
RUN uv sync --locked --no-dev --no-editable --no-cache

FROM python:3.13-slim
# The folders that volumes take their owner from; 1000 is the user of Elasticsearch's image.
RUN useradd --system --uid 10001 --create-home veille \
    && install --directory --owner=veille /data && install --directory --owner=veille --mode=0700 /keys/relay /keys/serve \
    && install --directory --owner=1000 /certificates
# The letters of charts that are taken along as PNG.
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-dejavu-core && rm -rf /var/lib/apt/lists/*
# For sources with `render = true`: docker build --build-arg RENDER=1 .
ARG RENDER=
RUN if [ -n "$RENDER" ]; then apt-get update && apt-get install --yes --no-install-recommends chromium \
    && rm -rf /var/lib/apt/lists/*; fi
COPY --from=build /app/.venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 VEILLE_DATA=/data
WORKDIR /home/veille
USER veille
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["veille"]
CMD ["up", "--host", "0.0.0.0"]
