// Asks a board through the published client, step by step, and prints what came of each as JSON.
// Usage: node ask_with_yiffy.js BOARD KEY PLAIN_KEY IMAGE_MD5 CATEGORY...
"use strict";
const { default: Yiffy, APIError } = require("yiffy");

const [board, key, plainKey, md5] = process.argv.slice(2);
const at = (apiKey) =>
    new Yiffy({
        apiKey,
        userAgent: "BoardTests/1.0",
        baseURL: `${board}/yiffy/V2`,
        thumbsBaseURL: `${board}/yiffy/thumbs`,
        shortenerBaseURL: `${board}/yiffy/s`
    });
const failure = async (promise) => {
    try {
        return { value: await promise };
    } catch (error) {
        if (!(error instanceof APIError)) throw error;
        return { status: error.statusCode, code: error.code, message: error.rawMessage, service: error.service };
    }
};

const main = async () => {
    const client = at(key);
    const nobody = at("");
    const told = {};
    told.one = await client.images.animals.birb();
    told.deprecated = await client.animals.birb();
    told.anonymous = await nobody.images.furry.hug();
    told.five = await client.images.animals.birb(5);
    told.small = await failure(client.images.requestImages("/animals/birb", 1, "1KB"));
    told.sized = await client.images.requestImages("/animals/birb", 2, "50MB");
    told.unknown = await failure(client.images.requestImages("/animals/nope"));
    told.tooMany = await failure(client.images.requestImages("/animals/birb", 6));
    told.badKey = await failure(at("nonsense").images.animals.birb());
    told.categories = await client.images.listCategories();
    told.category = await client.images.getCategory("animals.birb");
    told.noCategory = await client.images.getCategory("animals.nope").catch((error) => ({ code: error.code }));
    told.image = await client.images.getImage(md5);
    told.noImage = await client.images.getImage("0".repeat(32));
    told.bulk = await client.images.getBulk({ "animals.birb": 3, "furry.hug": 1 });
    told.noBulk = await failure(at(plainKey).images.getBulk({ "animals.birb": 1 }));
    told.thumbsBefore = await client.thumbs.get(md5);
    told.thumb = await client.thumbs.create(md5, "png");
    told.thumbAgain = await client.thumbs.create(md5, "png");
    told.checked = await client.thumbs.check(md5, "png");
    told.thumbsAfter = await client.thumbs.get(md5);
    told.moving = await client.thumbs.create(told.image.md5, "gif");
    const url = "https://example.com/some/where";
    told.created = await client.shortener.create(url, "from-yiffy", "Fern");
    told.again = await client.shortener.create(url, "another");
    told.taken = await failure(client.shortener.create("https://example.com/else", "from-yiffy"));
    told.inner = await failure(client.shortener.create("http://10.0.0.1/"));
    told.found = await client.shortener.get("from-yiffy");
    told.edited = await client.shortener.edit("from-yiffy", told.created.managementCode, undefined, "Moss");
    told.wrong = await failure(client.shortener.edit("from-yiffy", "0".repeat(60), undefined, "Rush"));
    told.kept = await client.shortener.create("https://example.com/kept", "kept", undefined, false);
    told.keptDelete = await failure(client.shortener.delete("kept", "0".repeat(60)));
    await client.shortener.delete("from-yiffy", told.created.managementCode);
    told.gone = await client.shortener.get("from-yiffy");
    console.log(JSON.stringify(told));
};

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
