"""The kinds of furry animals, as plain data for `critters`."""

from polybooru.demo.art.critters import Coat

RED_FOX = Coat(
    tags=("species:red fox", "fox"),
    noun="red fox",
    main="#e8793a",
    pale="#fff3e2",
    dark="#4a2c33",
    mask="fox",
    tail="bushy",
    iris="#8a4a1c",
)
ARCTIC_FOX = Coat(
    tags=("species:arctic fox", "fox"),
    noun="arctic fox",
    main="#eef3fb",
    pale="#ffffff",
    dark="#c2cfe3",
    mask="fox",
    tail="bushy",
    iris="#3b6ea5",
    tail_tip="#dbe5f4",
)
FENNEC = Coat(
    tags=("species:fennec fox", "fox"),
    noun="fennec fox",
    main="#edc78f",
    pale="#fff6e3",
    dark="#b98a55",
    ears="huge",
    mask="fox",
    tail="bushy",
    tail_tip="#4a3a3a",
    iris="#5a3a22",
)
SILVER_FOX = Coat(
    tags=("species:silver fox", "fox"),
    noun="silver fox",
    main="#56607a",
    pale="#c9d1de",
    dark="#2a2f40",
    mask="fox",
    tail="bushy",
    tail_tip="#f4f7fb",
    iris="#c98a2c",
)
FOXES = (RED_FOX, ARCTIC_FOX, FENNEC, SILVER_FOX)

GREY_CAT = Coat(
    tags=("species:grey cat", "cat"),
    noun="grey cat",
    main="#8f9bb3",
    pale="#f3f5f9",
    dark="#5f6a85",
    stripes=True,
    iris="#4f9a6a",
    nose="#e58a96",
)
GINGER_CAT = Coat(
    tags=("species:ginger cat", "cat"),
    noun="ginger cat",
    main="#f0a04b",
    pale="#fff2df",
    dark="#cf6f2c",
    stripes=True,
    iris="#5a8f3c",
    nose="#e58a86",
)
BLACK_CAT = Coat(
    tags=("species:black cat", "cat"),
    noun="black cat",
    main="#3d3a52",
    pale="#5b5775",
    dark="#2a2840",
    iris="#f2c445",
    nose="#d98a9a",
)
SIAMESE = Coat(
    tags=("species:siamese cat", "cat"),
    noun="siamese cat",
    main="#f3e3cc",
    pale="#8a6a5c",
    dark="#6b4c44",
    tail_tip="#6b4c44",
    iris="#4f9ad9",
    nose="#4a3230",
)
CATS = (GREY_CAT, GINGER_CAT, BLACK_CAT, SIAMESE)

WHITE_RABBIT = Coat(
    tags=("species:white rabbit", "rabbit"),
    noun="white rabbit",
    main="#f4f0ee",
    pale="#ffffff",
    dark="#d8cfd0",
    ears="long",
    mask="plain",
    tail="puff",
    iris="#b5485f",
    nose="#f08a9a",
)
BROWN_RABBIT = Coat(
    tags=("species:brown rabbit", "rabbit"),
    noun="brown rabbit",
    main="#b98a66",
    pale="#f6e8d6",
    dark="#86603f",
    ears="long",
    mask="plain",
    tail="puff",
    nose="#e58a86",
)
RED_PANDA = Coat(
    tags=("species:red panda",),
    noun="red panda",
    main="#c8572f",
    pale="#fff1df",
    dark="#43262c",
    ears="round",
    mask="red panda",
    tail="ringed",
)
RACCOON = Coat(
    tags=("species:raccoon",),
    noun="raccoon",
    main="#8b8f9c",
    pale="#eef0f3",
    dark="#3a3d4d",
    ears="round",
    mask="raccoon",
    tail="ringed",
)
PANDA = Coat(
    tags=("species:panda", "bear"),
    noun="panda",
    main="#f7f4ef",
    pale="#f7f4ef",
    dark="#33313f",
    ears="round",
    mask="panda",
    tail="puff",
)
BROWN_BEAR = Coat(
    tags=("species:brown bear", "bear"),
    noun="brown bear",
    main="#9a6642",
    pale="#e8c9a0",
    dark="#6d4429",
    ears="round",
    mask="plain",
    tail="puff",
)
OTTER = Coat(
    tags=("species:otter",),
    noun="otter",
    main="#8a6148",
    pale="#f0dcc0",
    dark="#5d3f30",
    ears="round",
    mask="otter",
    tail="stub",
)
WOLF = Coat(
    tags=("species:wolf",),
    noun="wolf",
    main="#7c8699",
    pale="#eceff4",
    dark="#4a5266",
    mask="fox",
    tail="bushy",
    tail_tip="#4a5266",
    iris="#c99a2c",
)
DEER = Coat(
    tags=("species:deer",),
    noun="deer",
    main="#c58a55",
    pale="#f9ead2",
    dark="#7d5334",
    ears="deer",
    mask="plain",
    tail="puff",
)
OTHERS = (WHITE_RABBIT, BROWN_RABBIT, RED_PANDA, RACCOON, PANDA, BROWN_BEAR, OTTER, WOLF, DEER)
ALL = FOXES + CATS + OTHERS
