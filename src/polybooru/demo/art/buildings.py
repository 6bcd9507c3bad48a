# ruff: noqa: E501 — path data stays in one piece
# ruff: noqa: D103 — the name says what is drawn
"""Things people built: cabins, lighthouses, windmills, boats, houses and towers. Figures stand on (0, 0)."""

from polybooru.demo.art.palette import Light, darker, lighter, mix
from polybooru.demo.art.svg import Sheet, circle, ellipse, group, num, path, place, polygon, rect, stroke

WALLS = ("#f2c6a0", "#e98b7a", "#f4dfa8", "#9fc9c4", "#b9a6d6", "#d9e3d0", "#f0b3b8", "#8fb0d9", "#e0a458")
ROOFS = ("#a8483f", "#7a4a5e", "#4f5d7e", "#8a5a3c", "#3f6a6f")


def lamp(light: Light) -> str:
    """The colour of a window: lit after dusk."""
    return "#ffd97a" if light.ambient > 0.2 else mix("#7fa8c9", light.sky[2], 0.35)


def cabin(sheet: Sheet, light: Light, *, snowy: bool) -> str:
    """A log cabin about 140 wide, 110 tall."""
    wall, roof = light.on("#9a6244", 0.8), light.on("#6b3f3f" if not snowy else "#f4f8fd", 0.6)
    logs = "".join(
        rect(-55, -12 - i * 11, 110, 9.5, mix(wall, darker(wall), i % 2 * 0.4), rx=4) for i in range(5)
    )
    gable = polygon([(-55, -62), (55, -62), (0, -108)], darker(wall, 0.12))
    roof_shape = path("M-72 -54L0 -116L72 -54L62 -48L0 -100L-62 -48Z", roof)
    smoke = "".join(
        circle(
            36 + sheet.swing(1, i * 0.2) * 3 + i * 4,
            -126 - i * 15,
            5 + i * 2.4,
            "#ffffff",
            fill_opacity=0.5 - i * 0.1,
        )
        for i in range(4)
    )
    chimney = rect(28, -118, 16, 34, darker(wall, 0.3))
    glow = sheet.glow(-26, -34, 60, "#ffcf70", 0.45) if light.ambient > 0.2 else ""
    window = rect(-40, -46, 28, 26, lamp(light), rx=2) + stroke(
        "M-26 -46V-20M-40 -33H-12", darker(wall, 0.4), 3
    )
    door = rect(12, -46, 26, 46, darker(wall, 0.35), rx=3) + circle(33, -22, 2, "#f5d78a")
    top = circle(0, -76, 8, lamp(light)) + stroke("M0 -84V-68M-8 -76H8", darker(wall, 0.4), 2)
    return group(smoke, chimney, logs, gable, top, roof_shape, glow, window, door)


def lighthouse(sheet: Sheet, light: Light) -> str:
    """About 60 wide, 200 tall, with a turning beam after dusk."""
    white, red = light.on("#fbf4ea", 0.7), light.on("#d9534f", 0.6)
    clip = sheet.clip(path("M-26 0L-17 -150H17L26 0Z", "#000000"))
    bands = "".join(rect(-30, -40 - i * 50, 60, 25, red) for i in range(3))
    shade = rect(5, -150, 30, 150, "#1d1438", fill_opacity=0.16)
    tower = group(rect(-30, -150, 60, 150, white), bands, shade, clip_path=clip)
    head = rect(-22, -156, 44, 7, darker(red, 0.4), rx=2) + rect(-12, -178, 24, 22, "#ffe9a6", rx=2)
    cap = path("M-17 -178Q0 -206 17 -178Z", red) + circle(0, -194, 3, darker(red, 0.3))
    rail = stroke("M-21 -164V-156M21 -164V-156M-21 -164H-12M12 -164H21M0 -178V-156", darker(red, 0.5), 2)
    door = path("M-8 0V-20A8 8 0 0 1 8 -20V0Z", darker(red, 0.45)) + rect(-4, -100, 8, 13, lamp(light), rx=4)
    beam = ""
    if light.ambient > 0.2:
        lean = 6 * sheet.swing()
        paint = sheet.linear((0, "#fff3b8", 0.7), (1, "#fff3b8", 0), angle=180)
        beam = path(f"M0 -170L-420 {num(-230 + lean)}V{num(-120 + lean)}L0 -164Z", paint) + sheet.glow(
            0, -167, 55, "#fff0a8", 0.8
        )
    return group(beam, tower, head, cap, rail, door)


def windmill(sheet: Sheet, light: Light) -> str:
    """About 130 wide, 170 tall; its sails turn with the phase."""
    wall, roof = light.on("#f3e6d2", 0.8), light.on("#9a5146", 0.8)
    body = path("M-30 0L-20 -100H20L30 0Z", wall) + path("M6 0L5 -100H20L30 0Z", darker(wall, 0.14))
    cap = path("M-25 -98Q0 -138 25 -98Z", roof)
    door = path("M-9 0V-24A9 9 0 0 1 9 -24V0Z", darker(roof, 0.3))
    windows = "".join(rect(-5, y, 10, 12, lamp(light), rx=5) for y in (-62, -86))
    sail = rect(-2, -72, 4, 72, darker(roof, 0.3)) + rect(2, -70, 15, 54, light.on("#fffaf0", 0.5), rx=1.5)
    sail += stroke("M2 -58H17M2 -46H17M2 -34H17M10 -70V-16", darker(wall, 0.3), 1.2)
    turn = sheet.rng.uniform(0, 90) + 90 * sheet.phase
    sails = "".join(place(sail, turn=turn + 90 * i) for i in range(4))
    return group(body, cap, door, windows, place(sails, circle(0, 0, 6, darker(roof, 0.4)), y=-104))


def sailing_boat(sheet: Sheet, light: Light) -> str:
    """About 120 wide, 150 tall, on the water line."""
    hull, sail = (
        light.on(sheet.rng.choice(("#b5473f", "#2f5f86", "#3f7d6a", "#8a5a3c")), 0.8),
        light.on("#fff8ea", 0.7),
    )
    mark = light.on(sheet.rng.choice(("#f2a65a", "#e0656b", "#6fb7c9")), 0.7)
    body = path("M-60 -16H58C52 4 38 12 20 12H-30C-46 12 -56 0 -60 -16Z", hull) + rect(
        -60, -18, 118, 5, lighter(hull, 0.5), rx=2
    )
    mast = rect(-3, -140, 5, 124, darker(hull, 0.45))
    main = path("M5 -136C34 -100 52 -66 56 -30H5Z", sail) + path(
        "M5 -62C20 -58 38 -58 47 -60L56 -30H5Z", mark
    )
    jib = path("M-6 -126C-26 -96 -44 -60 -52 -30H-6Z", darker(sail, 0.1))
    flag = path("M-1 -140L18 -147L-1 -154Z", mark)
    return group(mast, main, jib, flag, body)


def rowing_boat(light: Light) -> str:
    wood = light.on("#a86b45", 0.8)
    inner = (
        ellipse(0, -16, 56, 8, darker(wood, 0.4))
        + rect(-22, -18, 9, 10, lighter(wood))
        + rect(14, -18, 9, 10, lighter(wood))
    )
    body = path("M-62 -20C-48 -12 48 -12 62 -20C56 4 34 12 0 12C-34 12 -56 4 -62 -20Z", wood)
    return group(
        inner,
        body,
        stroke("M-56 -8C-40 0 40 0 56 -8", lighter(wood, 0.25), 3),
        stroke("M20 -18L76 14", lighter(wood, 0.3), 4),
    )


def house(sheet: Sheet, light: Light, *, wide: float, tall: float) -> str:
    """A narrow town house, front view, with a gable."""
    rng = sheet.rng
    wall, roof = light.on(rng.choice(WALLS)), light.on(rng.choice(ROOFS))
    out = [rect(-wide / 2, -tall, wide, tall, sheet.linear((0, lighter(wall, 0.1)), (1, darker(wall, 0.1))))]
    peak, kind = wide * 0.55, rng.randrange(3)
    if kind == 0:
        out.append(polygon([(-wide * 0.56, -tall), (wide * 0.56, -tall), (0, -tall - peak)], roof))
        out.append(circle(0, -tall - peak * 0.38, wide * 0.09, lamp(light)))
    elif kind == 1:
        s = wide / 6
        steps = f"M{num(-wide / 2)} {num(-tall)}v{num(-s)}h{num(s)}v{num(-s)}h{num(s)}v{num(-s)}h{num(s * 2)}v{num(s)}h{num(s)}v{num(s)}h{num(s)}v{num(s)}Z"
        out += [
            path(steps, darker(wall, 0.08)),
            rect(-s * 0.5, -tall - s * 1.9, s, s * 1.3, lamp(light), rx=s * 0.5),
        ]
    else:
        out.append(
            polygon(
                [
                    (-wide * 0.55, -tall),
                    (-wide * 0.4, -tall - peak * 0.7),
                    (wide * 0.4, -tall - peak * 0.7),
                    (wide * 0.55, -tall),
                ],
                roof,
            )
        )
        out.append(rect(-wide * 0.12, -tall - peak * 0.5, wide * 0.24, peak * 0.36, lamp(light), rx=1))
    floors, columns = max(2, round(tall / (wide * 0.55))), 2 if wide < 70 else 3
    cell_w, cell_h = wide / columns, tall / floors
    frame = lighter(wall, 0.55)
    for row in range(floors - 1):
        for column in range(columns):
            x, y = -wide / 2 + cell_w * (column + 0.5), -tall + cell_h * (row + 0.25)
            lit = lamp(light) if rng.random() < 0.65 else mix(wall, "#2b3358", 0.55)
            out += [
                rect(x - cell_w * 0.27, y, cell_w * 0.54, cell_h * 0.58, frame, rx=1.5),
                rect(x - cell_w * 0.21, y + cell_h * 0.05, cell_w * 0.42, cell_h * 0.48, lit, rx=1),
            ]
            out.append(rect(x - cell_w * 0.02, y + cell_h * 0.05, cell_w * 0.04, cell_h * 0.48, frame))
    door = darker(roof, 0.25)
    out += [
        path(
            f"M{num(-wide * 0.13)} 0v{num(-cell_h * 0.6)}a{num(wide * 0.13)} {num(wide * 0.13)} 0 0 1 {num(wide * 0.26)} 0V0Z",
            door,
        )
    ]
    return group(*out)


def tower(sheet: Sheet, colour: str, window: str, *, wide: float, tall: float) -> str:
    """A high-rise with a grid of windows, some lit."""
    rng = sheet.rng
    out = [rect(0, -tall, wide, tall, sheet.linear((0, lighter(colour, 0.06)), (1, colour)))]
    kind = rng.randrange(4)
    if kind == 0:
        out.append(rect(wide * 0.46, -tall - wide * 0.7, wide * 0.06, wide * 0.7, colour))
    elif kind == 1:
        out.append(polygon([(0, -tall), (wide, -tall), (wide * 0.5, -tall - wide * 0.6)], colour))
    elif kind == 2:
        out.append(rect(wide * 0.2, -tall - wide * 0.25, wide * 0.6, wide * 0.26, colour))
    columns = max(2, round(wide / 16))
    cell = wide / (columns + 0.6)
    pane = f"h{num(cell * 0.55)}v{num(cell * 0.7)}h{num(-cell * 0.55)}Z"
    lights = [
        f"M{num(cell * (column + 0.5))} {num(-tall + cell * (0.6 + row * 1.35))}{pane}"
        for row in range(int(tall / (cell * 1.35)) - 1)
        for column in range(columns)
        if rng.random() < 0.42
    ]
    out.append(path("".join(lights), window, fill_opacity=rng.uniform(0.6, 0.95)) if lights else "")
    return group(*out)
