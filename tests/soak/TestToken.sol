// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.0;

// A token for tests on a real EVM: it moves what it is told to move, and can lie about it. TestToken.hex is this file,
// compiled with `solc --optimize --bin`.
contract TestToken {
    event Transfer(address indexed from, address indexed to, uint256 value);

    mapping(address => uint256) public balanceOf;
    string public symbol;
    uint8 public decimals;

    constructor(string memory symbol_, uint8 decimals_) {
        symbol = symbol_;
        decimals = decimals_;
        balanceOf[msg.sender] = type(uint128).max;
    }

    function move(address from, address to, uint256 value) public {
        require(balanceOf[from] >= value, "too little");
        balanceOf[from] -= value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
    }

    function moveTwice(address to, uint256 one, uint256 other) external {
        move(msg.sender, to, one);
        move(msg.sender, to, other);
    }

    function lie(address to, uint256 said, uint256 moved) external {
        balanceOf[msg.sender] -= moved;
        balanceOf[to] += moved;
        emit Transfer(msg.sender, to, said);
    }
}
