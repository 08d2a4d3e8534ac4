"""What measures, run by hand."""

from keras_ssl.utils import onednn

onednn.turn_on()
