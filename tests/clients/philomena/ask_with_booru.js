// What `booru` makes of a board. Run where it may be required. Usage: ADDRESS KEY
//
// Prints a JSON object: by the name of the call what came back, or what was raised.

const booru = require("booru");

const [address, key] = process.argv.slice(2);
const domain = new URL(address).host;
const known = booru.sites["derpibooru.org"];
booru.sites[domain] = Object.assign(Object.create(Object.getPrototypeOf(known)), known, {
  domain,
  aliases: [],
  insecure: true,
});

const anybody = booru.forSite(domain);
const alice = booru.forSite(domain, { token: key });
const ids = (found) => [...found].map((post) => Number(post.id));
const CALLS = {
  search: async () => ids(await anybody.search(["shelf"], { limit: 10 })),
  "next page": async () => ids(await anybody.search(["shelf"], { limit: 10, page: 1 })),
  "several tags": async () => ids(await anybody.search(["shelf", "artist:number 3"], { limit: 10 })),
  anything: async () => ids(await anybody.search([], { limit: 3 })),
  "at random": async () => ids(await anybody.search(["shelf"], { limit: 3, random: true })),
  "with a token": async () => ids(await alice.search(["my:faves"], { limit: 3 })),
  nothing: async () => ids(await anybody.search(["no such tag"], { limit: 3 })),
  post: async () => {
    const [post] = await anybody.search(["png", "kinds"], { limit: 1 });
    const { id, fileUrl, sampleUrl, previewUrl, width, height, rating, available, tags, postView } = post;
    return { id: Number(id), fileUrl, sampleUrl, previewUrl, width, height, rating, available, tags, postView };
  },
};

(async () => {
  const told = {};
  for (const [name, call] of Object.entries(CALLS)) {
    told[name] = await call().catch((error) => `${error.name}: ${error.message}`);
  }
  console.log(JSON.stringify(told));
})();
