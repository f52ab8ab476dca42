# install -m 600 .env.example wakil.env      # and fill it in; it says how to make a card key
# docker build -t wakil .
# docker run -d --name wakil --restart on-failure --stop-timeout 240 \
#   --read-only --cap-drop ALL --security-opt no-new-privileges \
#   --env-file wakil.env -v wakil:/data wakil

FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////data/wakil.db \
    LOG_FORMAT=json

WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt \
 && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin wakil \
 && install -d -o wakil -m 700 /data

COPY run.py ./
COPY bot bot
COPY handlers handlers
COPY storage storage
COPY locales locales
RUN python -m compileall -q .

USER wakil
VOLUME /data
ENTRYPOINT ["python", "run.py"]
