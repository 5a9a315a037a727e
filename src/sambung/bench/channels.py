"""What a channel's adapter costs before the database: the signature and the translation."""

from sambung.bench import traffic
from sambung.bench.figures import Figure, timed
from sambung.bench.ground import Ground
from sambung.channels import Request, all_channels
from sambung.gateway.storable import storable

POSTS = 5_000
PEOPLE = 1_000


def run(ground: Ground, scale: float) -> list[Figure]:
    """The figures of the channel that the other benchmarks use; the database plays no part."""
    channel, config = all_channels()[ground.link.channel], traffic.config()
    posts = [Request(*post) for post in traffic.hook(max(100, int(POSTS * scale)), people=PEOPLE)]
    with timed() as verified:
        for post in posts:
            channel.verify(post, config)
    with timed() as read:
        for post in posts:
            for item in channel.receive(post):
                storable(item)
    each = 1e6 / len(posts)
    return [
        Figure("CPU of a signature", verified.cpu * each, "µs", 1),
        Figure("CPU of a translation", read.cpu * each, "µs", 1),
        Figure("posts verified and read", len(posts) / (verified.wall + read.wall), "/s"),
    ]
