# One image, three roles: `npm run start:web`, `start:ingest`, `start:worker` (or `npm start` for all of them on embedded stores).
FROM node:22-bookworm-slim AS build
WORKDIR /signalbox
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:22-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 UV_THREADPOOL_SIZE=16
WORKDIR /signalbox
COPY --from=build --chown=node:node /signalbox ./
RUN mkdir .data && chown node:node .data
USER node
EXPOSE 3000
VOLUME /signalbox/.data
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:'+(process.env.PORT||3000)+'/healthz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["npm", "start", "--silent"]
