import keras
import numpy as np
import pytest

from keras_ssl import SemiSupervisedModel

L = keras.layers


def fitted(network, digits8):
    x, y = digits8
    model = SemiSupervisedModel(network, strong="cutout", weak=None)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.1), loss, metrics=["accuracy"])
    model.fit(x[:32], y[:32], unlabeled_data=x, epochs=1, verbose=0)
    return model


def adapted(layer, data):
    layer.adapt(data)
    return layer


STATEFUL = {
    "Normalization": lambda x: adapted(L.Normalization(), x),
    "BatchNormalization": lambda x: L.BatchNormalization(momentum=0.5),
    "unit normalization": lambda x: L.UnitNormalization(),
    "SpectralNormalization": lambda x: L.SpectralNormalization(L.Conv2D(2, 3)),
    "Discretization": lambda x: adapted(L.Discretization(num_bins=4), x),
    "Dropout": lambda x: L.Dropout(0.5, seed=1),
    "GaussianNoise": lambda x: L.GaussianNoise(0.5, seed=1),
    "random flip": lambda x: L.RandomFlip("horizontal", seed=1),
    "nested": lambda x: keras.Sequential(
        [adapted(L.Normalization(), x), L.BatchNormalization()]
    ),
}


@pytest.mark.eager
@pytest.mark.parametrize("name", STATEFUL)
def test_what_is_exported_predicts_the_same(name, digits8):
    x, _ = digits8
    layer = STATEFUL[name](x)
    network = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layer,
            L.Rescaling(1.0),  # of the integers that Discretization gives
            L.Flatten(),
            L.Dense(4),
        ]
    )
    model = fitted(network, digits8)
    found = model.export_model().predict(x, verbose=0)
    np.testing.assert_array_equal(found, model.predict(x, verbose=0))


@pytest.mark.core
@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_in_mixed_precision_too(network, digits8, policy):
    keras.config.set_dtype_policy(policy)
    x, _ = digits8
    model = fitted(network(), digits8)
    found = model.export_model().predict(x, verbose=0)
    rounding = 2**-7 if policy == "mixed_bfloat16" else 2**-10
    expected = model.predict(x, verbose=0)
    np.testing.assert_allclose(
        found.astype("float32"),
        expected.astype("float32"),
        rtol=4 * rounding,
        atol=4 * rounding,
    )


@pytest.mark.core
def test_compiled_it_evaluates_as_the_model_does(network, digits8):
    x, y = digits8
    model = fitted(network(), digits8)
    copy = model.export_model(compile=True)
    np.testing.assert_allclose(
        copy.evaluate(x, y, verbose=0),
        [model.evaluate(x, y, verbose=0, return_dict=True)["loss"]]
        + [model.evaluate(x, y, verbose=0, return_dict=True)["accuracy"]],
        rtol=1e-5,
    )
    assert np.isfinite(copy.train_on_batch(x, y)).all()
    assert not model.export_model().compiled


@pytest.mark.core
def test_the_summary_counts_the_network_alone(network, digits8):
    net = network()
    model = fitted(net, digits8)
    plain, ours = [], []
    net.summary(print_fn=lambda line, **_: plain.append(line))
    model.summary(print_fn=lambda line, **_: ours.append(line))
    assert ours[:-1] == plain
    assert "average of its weights" in ours[-1]


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="needs TensorFlow"
)
def test_after_fit_it_is_a_saved_model(network, digits8, tmp_path):
    import tensorflow as tf

    x, _ = digits8
    model = fitted(network(), digits8)
    model.export(tmp_path / "served", verbose=False)
    served = tf.saved_model.load(tmp_path / "served")
    np.testing.assert_allclose(
        served.serve(x), model.predict(x, verbose=0), rtol=1e-4, atol=1e-5
    )


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="needs TensorFlow"
)
@pytest.mark.filterwarnings("ignore:In the future:FutureWarning")  # tf2onnx
def test_onnx_and_litert_predict_the_same(network, digits8, tmp_path):
    onnxruntime = pytest.importorskip("onnxruntime")
    pytest.importorskip("tf2onnx")
    litert = pytest.importorskip("ai_edge_litert.interpreter")
    x, _ = digits8
    model = fitted(network(), digits8)
    expected = model.predict(x[:1], verbose=0)

    model.export(tmp_path / "m.onnx", format="onnx", verbose=False)
    session = onnxruntime.InferenceSession(tmp_path / "m.onnx")
    found = session.run(None, {session.get_inputs()[0].name: x[:1]})[0]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)

    model.export(tmp_path / "m.tflite", format="litert", verbose=False)
    served = litert.Interpreter(str(tmp_path / "m.tflite"))
    served.allocate_tensors()
    served.set_tensor(served.get_input_details()[0]["index"], x[:1])
    served.invoke()
    found = served.get_tensor(served.get_output_details()[0]["index"])
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


@keras.saving.register_keras_serializable("tests")
class BuiltByData(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = keras.layers.Dense(10)

    def call(self, images):
        return self.dense(keras.ops.reshape(images, (-1, 64)))


@pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="needs TensorFlow"
)
@pytest.mark.parametrize("kind", ["subclassed", "sequential without input"])
def test_a_network_built_by_its_data_is_exported(kind, digits8, tmp_path):
    import tensorflow as tf

    layers = [keras.layers.Flatten(), keras.layers.Dense(10)]
    net = BuiltByData() if kind == "subclassed" else keras.Sequential(layers)
    model = fitted(net, digits8)
    model.export(tmp_path / "served", verbose=False)
    x = digits8[0]
    served = tf.saved_model.load(tmp_path / "served")
    np.testing.assert_allclose(
        served.serve(x),
        model.predict(x, verbose=0),
        rtol=1e-4,
        atol=1e-5,
    )
