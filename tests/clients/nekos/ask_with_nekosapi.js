// What `nekosapi` makes of each route. Usage: BASE_URL TOKEN IDS, which is a JSON object of one id of each kind.
// Prints a JSON object: by the name of the call what came back, or what was raised.
const { NekosAPIv1 } = require("nekosapi");

const [baseUrl, token, given] = process.argv.slice(2);
const ids = JSON.parse(given);
const client = new NekosAPIv1(token);
client.baseUrl = baseUrl;

const calls = {
  "random image": () => client.getRandomImage(),
  "random image of": () => client.getRandomImage(["scenery", "sky (above)"]),
  "random images": () => client.getRandomImages("scenery", 5),
  "images": () => client.getImages(25, 1),
  "artist": () => client.getArtistByID(ids.artist),
  "images of artist": () => client.getImagesByArtistID(ids.artist, 3),
  "categories": () => client.getCategories(25),
  "category": () => client.getCategoryByID(ids.category),
  "character": () => client.getCharacterByID(ids.character),
};

(async () => {
  const found = {};
  for (const [name, call] of Object.entries(calls)) {
    // It waits for a second after each call, where the time is not long past.
    client.constructor.lastRequest = new Date(0);
    try {
      found[name] = await call();
    } catch (error) {
      found[name] = `${error}`;
    }
  }
  console.log(JSON.stringify(found));
})();
