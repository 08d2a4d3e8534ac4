"""A name of three words for a run, as its seed says it."""

QUALITIES = (
    "amber apricot autumn azure bronze cedar cherry citrus clover cobalt "
    "copper coral crimson crystal dawn ebony emerald ginger golden hazel "
    "honey indigo ivory jade jasmine khaki lavender lemon lilac lime linen "
    "lunar magenta mango maple marble maroon meadow mint misty olive onyx "
    "opal orchid pearl pewter plum quartz rosy ruby russet saffron sage "
    "sapphire scarlet silver snowy solar summer teal topaz velvet violet "
    "winter"
)
MANNERS = (
    "able agile alert amiable apt bold brave bright brisk calm careful "
    "cheerful civil clear clever cosy curious dapper daring eager early "
    "earnest fair faithful fancy fleet fond frank free gentle glad graceful "
    "grand happy hardy hearty humble jolly jovial keen kind lively loyal "
    "lucky mellow merry mild modest neat nimble noble patient playful polite "
    "proud quick quiet ready serene sincere steady sunny swift wise"
)
ANIMALS = (
    "badger beaver bison bobcat bunting camel chamois cheetah condor cormorant "
    "crane curlew deer dolphin dormouse dove eagle egret elk falcon ferret "
    "finch fox gazelle gecko gibbon giraffe heron hoopoe ibex jaguar kestrel "
    "kingfisher koala koi lark lemur linnet lynx magpie marmot marten narwhal "
    "newt nuthatch ocelot orca oriole osprey otter owl panda panther pelican "
    "penguin puffin raven robin salmon seal sparrow starling swan wren"
)
STRIDE = 0x9E3779B1  # odd, so that no two of `64 ** 3` seeds share a name


def run_name(seed: int) -> str:
    """Names a run after its seed, to be said aloud and found again.

    Args:
        seed: Any integer. Seeds that differ by less than 262,144 have
            different names.

    Returns:
        Three words with hyphens between them: letters of ASCII, lower case.

    Example:
    >>> run_name(0), run_name(1)
    ('amber-able-badger', 'ruby-jovial-puffin')
    """
    number, chosen = seed * STRIDE, []
    for words in (QUALITIES.split(), MANNERS.split(), ANIMALS.split()):
        number, index = divmod(number, len(words))
        chosen.append(words[index])
    return "-".join(chosen)
