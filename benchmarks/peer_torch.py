"""A FixMatch step in PyTorch, for `benchmarks.peers`; needs torchvision.

`loop` is how public code does it: Pillow images augmented one by one, one
forward pass with gradients over labeled, weak and strong images, averages
parameter by parameter. `tuned` has channels last, weak images without
gradients, and averages in one call for all parameters.
"""

import itertools
import sys

import torch
from peer_images import BATCH_SIZE
from peer_images import RATIO
from peer_images import images
from torch import nn
from torch.nn import functional
from torchvision import transforms
from turns import serve

NORMALIZE = [
    transforms.ToTensor(),
    transforms.Normalize((0.49, 0.48, 0.45), (0.25, 0.24, 0.26)),
]
WEAK = [
    transforms.RandomHorizontalFlip(),
    transforms.RandomCrop(32, 4, padding_mode="reflect"),
]
STRONG = [*WEAK, transforms.RandAugment(2, 10)]


class Images(torch.utils.data.Dataset):
    """Images as arrays, and one view or several of each."""

    def __init__(self, images, labels, *views):
        self.images, self.labels = images, labels
        self.views = [
            transforms.Compose([transforms.ToPILImage(), *view, *NORMALIZE])
            for view in views
        ]

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        views = [view(self.images[index]) for view in self.views]
        return *views, int(self.labels[index])


def forever(dataset, batch_size):
    """Batches without end."""
    loader = torch.utils.data.DataLoader(
        dataset, batch_size, shuffle=True, drop_last=True
    )
    return itertools.chain.from_iterable(itertools.repeat(loader))


def convolution(size, channels, *, pool=0, stride=1, groups=1):
    """A convolution of 3 x 3 pixels."""
    layers = [
        nn.Conv2d(size, channels, 3, stride, 1, groups=groups, bias=False)
    ]
    if pool:
        layers.append(nn.MaxPool2d(pool))
    return nn.Sequential(*layers, nn.BatchNorm2d(channels), nn.ReLU())


class Residual(nn.Module):
    """Adds what a convolution makes of its input."""

    def __init__(self, size):
        super().__init__()
        self.convolution = convolution(size, size)

    def forward(self, x):
        return x + self.convolution(x)


def head(size):
    """The mean over all pixels, and logits."""
    return nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(size, 10)


def small_cnn():
    """`keras_ssl.networks.small_cnn`."""
    return nn.Sequential(
        convolution(3, 32, pool=2),
        convolution(32, 64, pool=2),
        Residual(64),
        convolution(64, 128, pool=2),
        Residual(128),
        *head(128),
    )


def plain_cnn():
    """The network of Fashion-MNIST's label curve."""
    widths = [3, 24, 32, 48, 64, 96]
    return nn.Sequential(
        *(
            convolution(a, b, pool=2 if place in {0, 2} else 0)
            for place, (a, b) in enumerate(itertools.pairwise(widths))
        ),
        *head(96),
    )


def mobilenet():
    """`keras.applications.MobileNet`."""
    layers, size = [convolution(3, 32, stride=2)], 32
    blocks = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)]
    for channels, stride in [*blocks, *[(512, 1)] * 5, (1024, 2), (1024, 1)]:
        layers += [
            convolution(size, size, stride=stride, groups=size),
            nn.Conv2d(size, channels, 1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU6(),
        ]
        size = channels
    return nn.Sequential(*layers, *head(size))


NETWORKS = {
    "small_cnn": small_cnn,
    "plain_cnn": plain_cnn,
    "mobilenet": mobilenet,
}


class FixMatch:
    """A network, its average, and a step that trains both."""

    def __init__(self, network, batches, *, tuned):
        self.tuned = tuned
        layout = torch.channels_last if tuned else torch.contiguous_format
        self.layout = layout
        self.network = NETWORKS[network]().to(memory_format=layout)
        self.average = NETWORKS[network]().to(memory_format=layout)
        self.average.load_state_dict(self.network.state_dict())
        self.optimizer = torch.optim.SGD(
            self.network.parameters(), 0.03, momentum=0.9, nesterov=True
        )
        self.batches = batches

    def logits(self, x, weak, strong):
        """Those of labeled, weak and strong images."""
        if not self.tuned:
            sizes = [len(x), len(weak), len(strong)]
            return self.network(torch.cat([x, weak, strong])).split(sizes)
        with torch.no_grad():
            guesses = self.network(weak.to(memory_format=self.layout))
        together = torch.cat([x, strong]).to(memory_format=self.layout)
        labeled, strong = self.network(together).split([len(x), len(strong)])
        return labeled, guesses, strong

    def follow(self):
        """Moves the average."""
        pairs = [
            (a, b)
            for a, b in zip(
                self.average.state_dict().values(),
                self.network.state_dict().values(),
                strict=True,
            )
            if a.is_floating_point()
        ]
        with torch.no_grad():
            if self.tuned:
                averages, values = map(list, zip(*pairs, strict=True))
                torch._foreach_lerp_(averages, values, 0.001)
                return
            for average, value in pairs:
                average.copy_(0.999 * average + 0.001 * value)

    def step(self):
        """One step of training."""
        (x, y), (weak, strong, _) = map(next, self.batches)
        labeled, guesses, strong = self.logits(x, weak, strong)
        confidence, target = guesses.detach().softmax(-1).max(-1)
        each = functional.cross_entropy(strong, target, reduction="none")
        loss = functional.cross_entropy(labeled, y)
        loss = loss + (each * (confidence >= 0.95)).mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.follow()


def main(contender, network):
    """Trains when it is told to."""
    x, y, u = images()
    labeled = forever(Images(x, y, WEAK), BATCH_SIZE)
    unlabeled = forever(
        Images(u, [0] * len(u), WEAK, STRONG), RATIO * BATCH_SIZE
    )
    learner = FixMatch(
        network, (labeled, unlabeled), tuned=contender == "tuned"
    )

    def run(steps):
        for _ in range(steps):
            learner.step()

    serve(run)


if __name__ == "__main__":
    main(*sys.argv[1:])
