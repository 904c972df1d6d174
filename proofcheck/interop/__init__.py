"""Other people's formats: networks and queries to and from ONNX, VNN-LIB, SMT-LIB, torch and DOT.

What is written is exact or refused; what is read enters as the exact numbers that the file stores.
"""
