FROM node:24-slim AS build
WORKDIR /insat
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY src src
COPY workers workers
RUN npm run build && npm prune --omit=dev

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /insat
COPY --from=build /insat/package.json ./
COPY --from=build /insat/node_modules node_modules
COPY --from=build /insat/dist dist
COPY drizzle drizzle
# Read as it is by the citizens' pages.
COPY src/pages/pages.css src/pages/pages.css
# A new volume mounted there belongs to the same user.
RUN mkdir -p /var/lib/insat/files && chown node:node /var/lib/insat/files
ENV FILES_DIR=/var/lib/insat/files
USER node
EXPOSE 3000
CMD ["node", "dist/src/server.js"]
